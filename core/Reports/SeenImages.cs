namespace ClockFunctions.Core.Reports;

/// <summary>Which images a training saw, by content, so that an evaluation can tell new images from known ones.</summary>
/// <param name="Trained">First <see cref="Digits"/> hex digits of the SHA-256 of every image trained on, sorted.</param>
/// <param name="Validated">Likewise, of every image held out to judge it.</param>
public sealed record SeenImages(IReadOnlyList<string> Trained, IReadOnlyList<string> Validated)
{
    /// <summary>48 bits tell a million images apart; whole hashes would be most of the report.</summary>
    public const int Digits = 12;

    /// <param name="trained">SHA-256 in hex, whole or in part.</param>
    /// <param name="validated">Likewise.</param>
    public static SeenImages Of(IEnumerable<string> trained, IEnumerable<string> validated) => new(Shorten(trained), Shorten(validated));

    /// <summary>Whether an image was trained on.</summary>
    /// <param name="hash">Its SHA-256 in hex.</param>
    public bool WasTrainedOn(string hash) => Contains(Trained, hash);

    /// <summary>Whether an image was held out to judge the training.</summary>
    /// <param name="hash">Its SHA-256 in hex.</param>
    public bool WasHeldOut(string hash) => Contains(Validated, hash);

    private static bool Contains(IReadOnlyList<string> sorted, string hash)
    {
        string wanted = hash[..Digits];
        (int low, int high) = (0, sorted.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = string.CompareOrdinal(sorted[middle], wanted) < 0 ? (middle + 1, high) : (low, middle);
        }

        return low < sorted.Count && sorted[low] == wanted;
    }

    private static string[] Shorten(IEnumerable<string> hashes) =>
        [.. hashes.Select(hash => hash[..Digits]).Distinct().Order(StringComparer.Ordinal)];
}
