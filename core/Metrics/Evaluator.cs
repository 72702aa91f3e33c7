namespace ClockFunctions.Core.Metrics;

/// <summary>Measures a binary classifier on scored images, each figure with its 95 % interval.</summary>
/// <remarks>
/// An interval says between which bounds the figure would lie on endless images of the same kind. Each kind of figure has the
/// method whose intervals hold at the edges, where a mistake did not happen but could: see the types in
/// <see cref="Metrics"/>. The images are taken as independent and the head as given: another training is not in it.
/// </remarks>
public static class Evaluator
{
    /// <summary>All metrics at a threshold: an image is called the target when its probability is at or above it.</summary>
    /// <param name="scored">At least one image; with one class only, what needs both is null.</param>
    /// <param name="threshold">0–1.</param>
    /// <exception cref="ArgumentException">There are no images, or a probability is not a number in 0–1.</exception>
    public static EvaluationMetrics Evaluate(IReadOnlyList<ScoredImage> scored, double threshold)
    {
        RankedScores ranked = new(scored);
        ConfusionMatrix confusion = Decide(ranked, threshold);
        return new EvaluationMetrics
        {
            Count = ranked.Count,
            Positives = ranked.Positives,
            Threshold = threshold,
            Confusion = confusion,
            Accuracy = ProportionInterval.Of(confusion.TruePositives + confusion.TrueNegatives, ranked.Count),
            Precision = ProportionInterval.Of(confusion.TruePositives, confusion.TruePositives + confusion.FalsePositives),
            Recall = ProportionInterval.Of(confusion.TruePositives, ranked.Positives),
            FalseAlarmRate = ProportionInterval.Of(confusion.FalsePositives, ranked.Negatives),
            F1 = F1Interval.Of(confusion),
            RocAuc = RocAucInterval.Of(ranked),
            PrAuc = AveragePrecisionInterval.Of(ranked),
            Brier = BrierInterval.Of(ranked),
            Ece = CalibrationErrorInterval.Of(ranked),
        };
    }

    private static ConfusionMatrix Decide(RankedScores ranked, double threshold)
    {
        int called = ranked.CountAtOrAbove(threshold);
        int found = ranked.Targets.AsSpan(0, called).Count(true);
        int alarms = called - found;
        return new ConfusionMatrix(found, alarms, ranked.Positives - found, ranked.Negatives - alarms);
    }
}
