namespace ClockFunctions.Core.Metrics;

/// <summary>How many images got each probability and each novelty, in ten bins of equal width.</summary>
/// <param name="Probability">From 0 to 1.</param>
/// <param name="Novelty">From 0 to 100; all 0 where no novelty was told.</param>
public sealed record ScoreCounts(IReadOnlyList<long> Probability, IReadOnlyList<long> Novelty)
{
    public const int Bins = 10;

    public static ScoreCounts None { get; } = new(new long[Bins], new long[Bins]);

    /// <summary>Images counted.</summary>
    public long Total() => Probability.Sum();

    /// <summary>Whether it can be what it says: ten bins each, and nothing below zero.</summary>
    public bool IsWhole() => IsWhole(Probability) && IsWhole(Novelty);

    public ScoreCounts Plus(ScoreCounts other) => new(Sum(Probability, other.Probability), Sum(Novelty, other.Novelty));

    /// <summary>The counts of some images.</summary>
    /// <param name="probabilities">0–1.</param>
    /// <param name="novelty">0–100; empty where it is not told.</param>
    public static ScoreCounts Of(IEnumerable<double> probabilities, IEnumerable<double> novelty) =>
        new(Count(probabilities, width: 1), Count(novelty, width: 100));

    /// <summary>The bin of a value, 0–9.</summary>
    /// <param name="value">From 0 to <paramref name="width"/>, both included.</param>
    /// <param name="width">Where the last bin ends.</param>
    public static int Bin(double value, double width) => Math.Clamp((int)(value / width * Bins), 0, Bins - 1);

    private static long[] Count(IEnumerable<double> values, double width)
    {
        long[] counts = new long[Bins];
        foreach (double value in values)
        {
            counts[Bin(value, width)]++;
        }

        return counts;
    }

    private static long[] Sum(IReadOnlyList<long> one, IReadOnlyList<long> other) => [.. one.Zip(other, (a, b) => a + b)];

    private static bool IsWhole(IReadOnlyList<long>? counts) => counts?.Count == Bins && counts.All(count => count is >= 0 and < 1L << 48);
}
