using System.Globalization;
using ClockFunctions.Core.Settings;

namespace ClockFunctions.Core.Datasets;

/// <summary>Which images are held out for validation: true for those.</summary>
public static class Split
{
    /// <summary>The split that <see cref="TrainingOptions.Split"/> names.</summary>
    public static bool[] Of(IReadOnlyList<TrainingImage> images, string kind, double fraction, int seed) => kind switch
    {
        "hash" => ByContent(images, fraction),
        "random" => Random(images.Count, fraction, seed),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "must be hash or random"),
    };

    /// <summary>
    /// Membership by the image's content alone: no image moves from one training to the next, and
    /// identical images are always on the same side.
    /// </summary>
    public static bool[] ByContent(IReadOnlyList<TrainingImage> images, double fraction) =>
        [.. images.Select(image => IsValidation(image.ContentHash, fraction))];

    /// <summary>
    /// Whether an image is held out in any dataset, which <see cref="ByContent"/> alone can tell; false where the others decide too.
    /// </summary>
    public static bool IsValidationWhateverElse(string kind, string contentHash, double fraction) =>
        kind == "hash" && IsValidation(contentHash, fraction);

    /// <summary>Whether the first 64 bits of the SHA-256, as a number in 0–1, are below the fraction.</summary>
    public static bool IsValidation(string contentHash, double fraction) => Position(contentHash, 0) < fraction;

    /// <summary>The notebook's split: exactly ⌊fraction × n⌋ images, drawn by seed. A changed set is drawn anew.</summary>
    public static bool[] Random(int count, double fraction, int seed)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new Random(seed).Shuffle(order);
        bool[] validation = new bool[count];
        foreach (int index in order.AsSpan(0, (int)(fraction * count)))
        {
            validation[index] = true;
        }

        return validation;
    }

    /// <summary>64 bits of a content hash, from hex digit <paramref name="digit"/> on, as a number in 0–1.</summary>
    internal static double Position(string contentHash, int digit) =>
        ulong.Parse(contentHash.AsSpan(digit, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / Math.Pow(2, 64);
}
