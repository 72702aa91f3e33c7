using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Training.Features;

namespace ClockFunctions.Core.Training.Default;

/// <summary>Assigns training images to the folds of a cross-validation.</summary>
/// <param name="Count">Folds; 0 when there are too few images to cross-validate.</param>
/// <param name="Of">The fold of each image; empty without folds.</param>
internal sealed record Folds(int Count, int[] Of)
{
    /// <summary>More make each fit cost more and the estimate hardly better.</summary>
    private const int Most = 5;

    /// <summary>Images up to which near-duplicates are searched: the search is quadratic, and takes 0.2 s of one core here.</summary>
    private const int MostCompared = 2000;

    /// <summary>
    /// Both classes are spread evenly; images of the same content stay together, and so do near-duplicates where they can be
    /// searched in no time.
    /// </summary>
    /// <param name="set">All images.</param>
    /// <param name="images">Indices of those to assign.</param>
    /// <param name="isTarget">Whether each of them is of the target.</param>
    /// <param name="seed">Decides among equals.</param>
    public static Folds Assign(TrainingSet set, int[] images, bool[] isTarget, int seed)
    {
        int[] groups = Groups(set, images);
        int targets = groups.Where((_, i) => isTarget[i]).Distinct().Count();
        int others = groups.Where((_, i) => !isTarget[i]).Distinct().Count();
        int folds = Math.Min(Most, Math.Min(targets, others));
        if (folds < 2)
        {
            return new Folds(0, []);
        }

        int[] of = StratifiedGroupKFold.Assign(isTarget, groups, folds, seed);
        // The same picture under both labels ties images of both classes together, and then one fold may get all that there is of one.
        bool trainable = Enumerable.Range(0, folds).All(
            fold => HasOutside(fold, of, isTarget, target: true) && HasOutside(fold, of, isTarget, target: false));
        return trainable ? new Folds(folds, of) : new Folds(0, []);
    }

    private static bool HasOutside(int fold, int[] of, bool[] isTarget, bool target) =>
        of.Where((other, image) => other != fold && isTarget[image] == target).Any();

    /// <summary>A number for each image, the same for those that must stay together.</summary>
    public static int[] Groups(TrainingSet set, int[] images) =>
        images.Length <= MostCompared ? Similar(set, images) : Identical(set, images);

    /// <summary>The same, whatever the search takes.</summary>
    public static int[] Similar(TrainingSet set, int[] images) => NearDuplicates.Group([.. images.Select(image =>
    {
        float[] features = new float[set.FeatureWidth];
        HalfRow.Read(set.Features(image, view: 0), features);
        return features;
    })]);

    private static int[] Identical(TrainingSet set, int[] images)
    {
        Dictionary<string, int> groups = [];
        return [.. images.Select(image =>
        {
            string content = set.Images[image].ContentHash;
            groups.TryAdd(content, groups.Count);
            return groups[content];
        })];
    }
}
