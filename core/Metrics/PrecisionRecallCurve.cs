namespace ClockFunctions.Core.Metrics;

/// <summary>Precision against recall at every threshold.</summary>
/// <param name="Points">By rising recall; of the thresholds with one recall, only the highest and the lowest.</param>
/// <param name="AveragePrecision">
/// Σ (recallₙ − recallₙ₋₁) · precisionₙ: no interpolation between points, which would flatter (Davis and Goadrich 2006).
/// </param>
public sealed record PrecisionRecallCurve(IReadOnlyList<PrecisionRecallPoint> Points, double AveragePrecision)
{
    /// <returns>The curve, or null when a class is missing.</returns>
    /// <exception cref="ArgumentException">There are no images, or a probability is not a number in 0–1.</exception>
    public static PrecisionRecallCurve? Of(IReadOnlyList<ScoredImage> scored)
    {
        RankedScores ranked = new(scored);
        if (!ranked.HasBothClasses)
        {
            return null;
        }

        List<RankedScores.Cut> kept = [];
        double sum = 0;
        int found = 0;
        foreach (RankedScores.Cut cut in ranked.Cuts())
        {
            sum += (cut.TruePositives - found) * (double)cut.TruePositives / (cut.TruePositives + cut.FalsePositives);
            found = cut.TruePositives;
            if (kept.Count > 1 && kept[^1].TruePositives == found && kept[^2].TruePositives == found)
            {
                kept.RemoveAt(kept.Count - 1);
            }

            kept.Add(cut);
        }

        return new PrecisionRecallCurve(
            [.. kept.Select(cut => new PrecisionRecallPoint(
                cut.Score,
                (double)cut.TruePositives / ranked.Positives,
                (double)cut.TruePositives / (cut.TruePositives + cut.FalsePositives)))],
            sum / ranked.Positives);
    }
}

/// <summary>One point of the curve.</summary>
/// <param name="Threshold">The lowest score that is still called the target.</param>
/// <param name="Recall">Share of the target's images that are called so, 0–1.</param>
/// <param name="Precision">Share of the called images that are the target's, 0–1.</param>
public readonly record struct PrecisionRecallPoint(double Threshold, double Recall, double Precision);
