
namespace ClockFunctions.Core.Metrics;

/// <summary>
/// Average precision (area under the precision-recall curve) and its 95 % interval, in one walk down the ranking and one back.
/// </summary>
/// <remarks>
/// <para>Wilson's interval, with as many images as the variance says that average precision is worth. The variance is that
/// of the infinitesimal jackknife (Jaeckel 1972; Efron 1982): how much average precision moves when an image weighs a
/// little more. With few images of the target it knows too little, so it is averaged with the binomial variance of Boyd,
/// Eng and Page (2013), which alone remains when the measured value is 1.</para>
/// <para>The lower end is that of a value a little below the measured one, which flatters small samples: each image of the
/// target counts itself at its own rank.</para>
/// </remarks>
internal static class AveragePrecisionInterval
{
    /// <summary>
    /// Images of the target at which the two variances weigh the same: below ten or so the jackknife has seen too few mistakes.
    /// </summary>
    private const double Prior = 10;

    /// <summary>Nothing when a class is missing.</summary>
    public static Interval Of(RankedScores ranked)
    {
        if (!ranked.HasBothClasses)
        {
            return new Interval(null, null, null);
        }

        RankedScores.Cut[] cuts = [.. ranked.Cuts()];
        double targets = ranked.Positives;
        double sum = 0, flattery = 0;
        int found = 0;
        foreach (RankedScores.Cut cut in cuts)
        {
            (int here, double precision) = (cut.TruePositives - found, Precision(cut));
            sum += here * precision;
            flattery += here * (1 - precision) / Called(cut);
            found = cut.TruePositives;
        }

        double average = sum / targets;
        double binomial = average * (1 - average);
        double weight = targets / (targets + Prior);
        double variance = (weight * Variance(cuts, average, ranked)) + ((1 - weight) * binomial / targets);
        double worth = binomial > 0 ? binomial / variance : targets;
        double low = ProportionInterval.Wilson(Math.Max(0, average - (flattery / targets)), worth).Low;
        return new Interval(average, low, ProportionInterval.Wilson(average, worth).High);
    }

    /// <summary>Sum of the squares of what each image contributes to average precision beyond its share.</summary>
    private static double Variance(RankedScores.Cut[] cuts, double average, RankedScores ranked)
    {
        // An image changes the precision at every target at or below it: one more called, and if it is a target, one more found.
        double raised = 0, lowered = 0, squares = 0;
        for (int i = cuts.Length - 1; i >= 0; i--)
        {
            RankedScores.Cut before = i == 0 ? default : cuts[i - 1];
            int targets = cuts[i].TruePositives - before.TruePositives;
            int others = cuts[i].FalsePositives - before.FalsePositives;
            double precision = Precision(cuts[i]);
            raised += targets / (double)Called(cuts[i]);
            lowered += targets * precision / Called(cuts[i]);

            double target = precision + raised - lowered - average;
            squares += (targets * target * target) + (others * lowered * lowered);
        }

        return squares / ((double)ranked.Positives * ranked.Positives) * ranked.Count / (ranked.Count - 1);
    }

    private static int Called(RankedScores.Cut cut) => cut.TruePositives + cut.FalsePositives;

    private static double Precision(RankedScores.Cut cut) => (double)cut.TruePositives / Called(cut);
}
