namespace ClockFunctions.Core.Training;

/// <summary>Assigns images to the folds of a cross-validation.</summary>
internal static class Folds
{
    /// <summary>
    /// A fold for each image, both classes spread evenly, copies of an image together. The content decides, and not
    /// the order, the name or the 64 bits of the hash that the <see cref="Split"/> looked at.
    /// </summary>
    /// <param name="images">The images.</param>
    /// <param name="isTarget">Whether each is of the target.</param>
    /// <param name="folds">2 or more.</param>
    public static int[] Of(IReadOnlyList<TrainingImage> images, bool[] isTarget, int folds)
    {
        Dictionary<string, int> foldOf = [];
        foreach (bool side in new[] { true, false })
        {
            int next = 0;
            IEnumerable<string> contents = images.Where((_, i) => isTarget[i] == side).Select(image => image.ContentHash)
                .Distinct().OrderBy(hash => Split.Position(hash, digit: 16));
            foreach (string content in contents)
            {
                if (foldOf.TryAdd(content, next % folds))
                {
                    next++;
                }
            }
        }

        return [.. images.Select(image => foldOf[image.ContentHash])];
    }
}
