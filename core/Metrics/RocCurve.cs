namespace ClockFunctions.Core.Metrics;

/// <summary>Hits against false alarms at every threshold.</summary>
/// <param name="Points">From (0, 0) to (1, 1); points on a straight line between their neighbours are left out.</param>
/// <param name="Auc">Area under the curve: how often a random target outscores a random other image, ties counted half.</param>
public sealed record RocCurve(IReadOnlyList<RocPoint> Points, double Auc)
{
    /// <returns>The curve, or null when a class is missing.</returns>
    /// <exception cref="ArgumentException">There are no images, or a probability is not a number in 0–1.</exception>
    public static RocCurve? Of(IReadOnlyList<ScoredImage> scored)
    {
        RankedScores ranked = new(scored);
        if (!ranked.HasBothClasses)
        {
            return null;
        }

        List<RankedScores.Cut> corners = [default];
        double area = 0;
        RankedScores.Cut last = default;
        foreach (RankedScores.Cut cut in ranked.Cuts())
        {
            area += (cut.FalsePositives - last.FalsePositives) * (cut.TruePositives + last.TruePositives) / 2.0;
            last = cut;
            if (corners.Count > 1 && OnALine(corners[^2], corners[^1], cut))
            {
                corners.RemoveAt(corners.Count - 1);
            }

            corners.Add(cut);
        }

        return new RocCurve(
            [.. corners.Select((cut, i) => new RocPoint(
                i == 0 ? null : cut.Score,
                (double)cut.FalsePositives / ranked.Negatives,
                (double)cut.TruePositives / ranked.Positives))],
            area / ((double)ranked.Positives * ranked.Negatives));
    }

    private static bool OnALine(RankedScores.Cut a, RankedScores.Cut b, RankedScores.Cut c) =>
        (long)(b.FalsePositives - a.FalsePositives) * (c.TruePositives - b.TruePositives)
        == (long)(c.FalsePositives - b.FalsePositives) * (b.TruePositives - a.TruePositives);
}

/// <summary>One corner of the curve.</summary>
/// <param name="Threshold">The lowest score that is still called the target; null above every score.</param>
/// <param name="FalsePositiveRate">Share of other images called the target, 0–1.</param>
/// <param name="TruePositiveRate">Share of the target's images called so (recall), 0–1.</param>
public readonly record struct RocPoint(double? Threshold, double FalsePositiveRate, double TruePositiveRate);
