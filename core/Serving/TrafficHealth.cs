using ClockFunctions.Core.Metrics;

namespace ClockFunctions.Core.Serving;

/// <summary>How what all instances scored of late differs from the photos that the version was validated on.</summary>
public sealed record TrafficHealth
{
    /// <summary>Scores below which a window says nothing.</summary>
    public const int LeastScores = 200;

    /// <summary>Scores of the last window: whole days (UTC), as many as it takes to have 200.</summary>
    public required long Scores { get; init; }

    /// <summary>Population stability index of the probabilities in it; above 0.25 they have parted.</summary>
    public required double ProbabilityStabilityIndex { get; init; }

    /// <summary>Jensen-Shannon divergence of the probabilities in bits, 0–1.</summary>
    public required double ProbabilityJensenShannon { get; init; }

    /// <summary>The same index of novelty; null where the version tells none.</summary>
    public double? NoveltyStabilityIndex { get; init; }

    /// <summary>The same divergence of novelty; null where the version tells none.</summary>
    public double? NoveltyJensenShannon { get; init; }

    /// <summary>First day (UTC) of the windows that have parted without a break until now; null while they are alike.</summary>
    public DateOnly? PartedSince { get; init; }

    /// <summary>Judges the days since a version serves.</summary>
    /// <param name="validation">What the version was validated on.</param>
    /// <param name="days">What was scored by it, oldest first; a day may come several times.</param>
    /// <returns>Null while no window is full.</returns>
    public static TrafficHealth? Of(ScoreCounts validation, IEnumerable<(DateOnly Day, ScoreCounts Counts)> days)
    {
        TrafficHealth? health = null;
        (DateOnly start, ScoreCounts window) = (default, ScoreCounts.None);
        foreach (IGrouping<DateOnly, ScoreCounts> day in days.GroupBy(day => day.Day, day => day.Counts))
        {
            start = window.Total() == 0 ? day.Key : start;
            window = day.Aggregate(window, (sum, counts) => sum.Plus(counts));
            if (window.Total() >= LeastScores)
            {
                health = Of(validation, window, start, before: health);
                window = ScoreCounts.None;
            }
        }

        return health;
    }

    private static TrafficHealth Of(ScoreCounts validation, ScoreCounts window, DateOnly start, TrafficHealth? before)
    {
        Divergence probability = Divergence.Of(validation.Probability, window.Probability);
        Divergence? novelty = validation.Novelty.Sum() > 0 && window.Novelty.Sum() > 0
            ? Divergence.Of(validation.Novelty, window.Novelty) : null;
        return new TrafficHealth
        {
            Scores = window.Total(),
            ProbabilityStabilityIndex = Math.Round(probability.StabilityIndex, 4),
            ProbabilityJensenShannon = Math.Round(probability.JensenShannon, 4),
            NoveltyStabilityIndex = novelty is { } index ? Math.Round(index.StabilityIndex, 4) : null,
            NoveltyJensenShannon = novelty is { } bits ? Math.Round(bits.JensenShannon, 4) : null,
            PartedSince = probability.IsParted || novelty?.IsParted == true ? before?.PartedSince ?? start : null,
        };
    }
}
