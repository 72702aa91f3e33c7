using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Settings;

namespace ClockFunctions.Core.Training;

/// <summary>Whether there are enough images to train and to measure what was trained.</summary>
public static class TrainingReadiness
{
    /// <summary>
    /// What a training waits for, in words; null when it can start: at least
    /// <see cref="TrainingOptions.MinimumPerSide"/> images of the target, and of others, to train on and as many to
    /// validate on. Copies of one image count once.
    /// </summary>
    public static string? WaitsFor(IReadOnlyList<TrainingImage> images, string target, TrainingOptions options)
    {
        bool[] validation = Split.Of(images, options.Split, options.ValidationFraction, options.Seed);
        HashSet<(string Content, bool IsTarget, bool IsValidation)> distinct = [];
        for (int i = 0; i < images.Count; i++)
        {
            distinct.Add((images[i].ContentHash, images[i].Label == target, validation[i]));
        }

        string train = Missing(false);
        string validate = Missing(true);
        return (train, validate) switch
        {
            ("", "") => null,
            (_, "") => $"{train} to train on",
            ("", _) => $"{validate} to validate on{Share()}",
            _ => $"{train} to train on, and {validate} to validate on{Share()}",
        };

        string Missing(bool side) => string.Join(" and ", new[] { Lack(side, true), Lack(side, false) }.Where(lack => lack.Length > 0));

        string Lack(bool side, bool isTarget)
        {
            int lack = options.MinimumPerSide - distinct.Count(image => image.IsTarget == isTarget && image.IsValidation == side);
            return lack <= 0 ? "" : $"{lack} more {(isTarget ? $"of '{target}'" : $"of other than '{target}'")}";
        }

        string Share() => FormattableString.Invariant($" (about {options.ValidationFraction * 100:0} % of the images fall there)");
    }
}
