using System.Collections.Immutable;

namespace ClockFunctions.Core.Metrics;

/// <summary>What each threshold would have decided.</summary>
/// <param name="Points">In the order of the thresholds asked for.</param>
public sealed record ThresholdSweep(IReadOnlyList<SweepPoint> Points)
{
    /// <summary>0, 0.01, … 1: for calibrated probabilities.</summary>
    public static ImmutableArray<double> Percents { get; } = [.. Enumerable.Range(0, 101).Select(percent => percent / 100.0)];

    /// <summary>0.0001 … 0.9 in steps 1, 2, 3, 5, 7: for summed class probabilities, whose useful thresholds are small.</summary>
    public static ImmutableArray<double> Logarithmic { get; } =
        [.. from decade in new[] { 1e-4, 1e-3, 1e-2, 1e-1 } from step in new[] { 1, 2, 3, 5, 7 } select Math.Round(decade * step, 4)];

    /// <param name="scored">At least one image.</param>
    /// <param name="thresholds">Null sweeps <see cref="Percents"/>.</param>
    /// <exception cref="ArgumentException">There are no images, or a probability is not a number in 0–1.</exception>
    public static ThresholdSweep Of(IReadOnlyList<ScoredImage> scored, IEnumerable<double>? thresholds = null)
    {
        RankedScores ranked = new(scored);
        int[] found = new int[ranked.Count + 1];
        for (int rank = 0; rank < ranked.Count; rank++)
        {
            found[rank + 1] = found[rank] + (ranked.Targets[rank] ? 1 : 0);
        }

        return new ThresholdSweep([.. (thresholds ?? Percents).Select(threshold =>
        {
            int called = ranked.CountAtOrAbove(threshold);
            int alarms = called - found[called];
            return SweepPoint.Of(
                threshold, new ConfusionMatrix(found[called], alarms, ranked.Positives - found[called], ranked.Negatives - alarms));
        })]);
    }
}

/// <summary>The decisions at one threshold and what follows from them.</summary>
/// <param name="Threshold">Probability at or above which an image is called the target.</param>
/// <param name="Confusion">Decisions against truth.</param>
/// <param name="Accuracy">Share of right decisions.</param>
/// <param name="Precision">Null when nothing reaches the threshold.</param>
/// <param name="Recall">Null when no image is of the target.</param>
/// <param name="F1">Null when both are.</param>
public readonly record struct SweepPoint(
    double Threshold, ConfusionMatrix Confusion, double? Accuracy, double? Precision, double? Recall, double? F1)
{
    public static SweepPoint Of(double threshold, ConfusionMatrix confusion) =>
        new(threshold, confusion, confusion.Accuracy, confusion.Precision, confusion.Recall, confusion.F1);
}
