using ClockFunctions.Core.Metrics;

namespace ClockFunctions.Tests.Metrics;

/// <summary>
/// How many of 1,000 simulated samples give a 95 % interval that contains the true figure. Between 93 and 97 % is asked for; each
/// wider bound says why. Of the shares that are counts, <see cref="ProportionIntervalTests"/> holds the exact coverage.
/// </summary>
public class IntervalCoverageTests
{
    private const int Draws = 1000;

    /// <summary>Separations whose true ROC AUC is 0.5, 0.95 and 0.995, at 20, 75 and 300 images.</summary>
    public static TheoryData<double, int> Cells() => [.. from separation in new[] { 0.001, 2.3262, 3.6428 }
                                                        from images in new[] { 20, 75, 300 }
                                                        select (separation, images)];

    [Theory]
    [MemberData(nameof(Cells))]
    public void NinetyThreeToNinetySevenPercentOfIntervalsContainTheTruth(double separation, int images)
    {
        Sample sample = new(separation, Share: 0.5);
        Coverage covered = Simulate(sample, images);

        Assert.InRange(covered.RocAuc, 930, 970);
        Assert.InRange(covered.Brier, 930, 970);

        // Close to 1 most small samples have no mistake, and all of those get the same interval.
        Assert.InRange(covered.PrAuc, 930, 985);

        // No error can lie below 0, so of perfect probabilities only one end can fail: 97.5 %.
        Assert.InRange(covered.Ece, 960, 990);

        // Counts: the more images, the smaller their jumps. Precision, recall and false alarms rest on half of the images.
        Assert.InRange(covered.Accuracy, 930, images == 20 ? 1000 : 970);
        foreach (int share in new[] { covered.Precision, covered.Recall, covered.FalseAlarmRate, covered.F1 })
        {
            Assert.InRange(share, 930, images < 300 ? 1000 : 975);
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void FewImagesOfTheTargetNarrowNoInterval(double separation, int images)
    {
        Coverage covered = Simulate(new Sample(separation, Share: 0.2), images);

        foreach (int figure in covered.All)
        {
            Assert.InRange(figure, 925, 1000);
        }

        Assert.InRange(covered.RocAuc, 930, 980);
        Assert.InRange(covered.Brier, 930, 980);
    }

    // Probabilities that exaggerate or are timid: a calibration error that is not 0. Of timid ones, the interval may say too much.
    [Theory]
    [InlineData(2, 20, 930, 980)]
    [InlineData(2, 75, 930, 980)]
    [InlineData(2, 300, 930, 980)]
    [InlineData(0.5, 20, 930, 1000)]
    [InlineData(0.5, 75, 930, 1000)]
    [InlineData(0.5, 300, 930, 1000)]
    public void ProbabilitiesThatDoNotMeanWhatTheySayAreMeasuredAsHonestly(double confidence, int images, int least, int most)
    {
        Coverage covered = Simulate(new Sample(2.3262, Share: 0.2, confidence), images);

        Assert.InRange(covered.Ece, least, most);
        Assert.InRange(covered.Brier, least, most);
    }

    private static Coverage Simulate(Sample sample, int images)
    {
        (double prAuc, double brier, double ece, double accuracy, double precision, double recall, double alarms, double f1) =
            sample.Truth();
        Random random = new(7);
        EvaluationMetrics[] measured = [.. Enumerable.Range(0, Draws).Select(_ => Evaluator.Evaluate(sample.Draw(images, random), 0.5))];

        // Where nothing was called the target there is no precision, and no interval that could be wrong.
        int Covered(Func<EvaluationMetrics, Interval> figure, double truth) => measured.Count(
            metrics => figure(metrics) is not { Low: { } low, High: { } high } || (low <= truth + Rounding && truth <= high + Rounding));
        return new Coverage(
            Covered(metrics => metrics.RocAuc, sample.RocAuc),
            Covered(metrics => metrics.PrAuc, prAuc),
            Covered(metrics => metrics.Brier, brier),
            Covered(metrics => metrics.Ece, ece),
            Covered(metrics => metrics.Accuracy, accuracy),
            Covered(metrics => metrics.Precision, precision),
            Covered(metrics => metrics.Recall, recall),
            Covered(metrics => metrics.FalseAlarmRate, alarms),
            Covered(metrics => metrics.F1, f1));
    }

    /// <summary>The truth comes from an integration, right to nine digits: an end at 0 or 1 must not miss it by the tenth.</summary>
    private const double Rounding = 1e-9;

    private sealed record Coverage(
        int RocAuc, int PrAuc, int Brier, int Ece, int Accuracy, int Precision, int Recall, int FalseAlarmRate, int F1)
    {
        public int[] All => [RocAuc, PrAuc, Brier, Ece, Accuracy, Precision, Recall, FalseAlarmRate, F1];
    }
}
