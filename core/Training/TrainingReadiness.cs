using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Settings;

namespace ClockFunctions.Core.Training;

/// <summary>Whether there are enough images to train, and to measure what was trained on some that it did not see.</summary>
public static class TrainingReadiness
{
    /// <summary>What a training waits for, in words; null with an image of the target and one of something else.</summary>
    public static string? WaitsFor(IReadOnlyList<TrainingImage> images, string target)
    {
        string lack = string.Join(" and ", new[] { Lack(true), Lack(false) }.Where(lack => lack.Length > 0));
        return lack.Length == 0 ? null : $"{lack} to train on";

        string Lack(bool isTarget) => images.Any(image => image.Label == target == isTarget) ? "" : Images(1, target, isTarget);
    }

    /// <summary>
    /// What is missing to hold some images out, in words; null when nothing is: at least
    /// <see cref="TrainingOptions.MinimumPerSide"/> images of the target, and of others, to train on and as many to
    /// validate on. Copies of one image count once. Below that a head is provisional.
    /// </summary>
    public static string? LacksToValidate(IReadOnlyList<TrainingImage> images, string target, TrainingOptions options)
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
            return lack <= 0 ? "" : Images(lack, target, isTarget);
        }

        string Share() => FormattableString.Invariant($" (about {options.ValidationFraction * 100:0} % of the images fall there)");
    }

    private static string Images(int count, string target, bool isTarget) =>
        $"{count} more {(isTarget ? $"of '{target}'" : $"of other than '{target}'")}";
}
