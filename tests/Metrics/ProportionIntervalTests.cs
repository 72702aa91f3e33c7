using ClockFunctions.Core.Metrics;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Metrics;

public class ProportionIntervalTests
{
    [Fact]
    public void NoMistakeOn74ClocksDoesNotProveThatThereAreNone()
    {
        EvaluationMetrics metrics = Evaluator.Evaluate(
            Scored.Of([.. Enumerable.Repeat((true, 0.9), 74), .. Enumerable.Repeat((false, 0.1), 74)]), 0.5);

        foreach (Interval perfect in new[] { metrics.Precision, metrics.Recall, metrics.Accuracy, metrics.F1, metrics.RocAuc,
            metrics.PrAuc })
        {
            Assert.Equal(1, perfect.Value);
            Assert.Equal(1, perfect.High);
            Assert.InRange(perfect.Low!.Value, 0.9, 0.999);
        }

        // Wilson: 74 / (74 + 1.96²).
        Assert.Equal(0.9507, metrics.Precision.Low!.Value, 4);
        Assert.Equal(new Interval(0, 0, 1 - metrics.Precision.Low), metrics.FalseAlarmRate);
    }

    // Clopper and Pearson as scipy.stats.binomtest(...).proportion_ci(method="exact") gives them, Wilson as statsmodels documents:
    // 0 of 10: 1 − 0.025^(1/10); 8 of 10: the published example; 80 of 100: (80 + 1.92 ± 1.96 √(80 · 20/100 + 0.96)) / 103.84.
    [Theory]
    [InlineData(0, 10, 0, 0.3085)]
    [InlineData(8, 10, 0.4439, 0.9748)]
    [InlineData(10, 10, 0.6915, 1)]
    [InlineData(80, 100, 0.7112, 0.8666)]
    public void ItIsClopperAndPearsonsBelowFiftyAndWilsonsAbove(int hits, int images, double low, double high)
    {
        Interval interval = ProportionInterval.Of(hits, images);

        Assert.Equal((double)hits / images, interval.Value);
        Assert.Equal(low, interval.Low!.Value, 4);
        Assert.Equal(high, interval.High!.Value, 4);
    }

    // Exactly, by adding up the binomial distribution. Where a count allows no interval of 93 to 97 %, it must cover more.
    [Theory]
    [InlineData(0.5, 20, true)]
    [InlineData(0.5, 75, true)]
    [InlineData(0.5, 300, true)]
    [InlineData(0.95, 20, false)]
    [InlineData(0.95, 75, true)]
    [InlineData(0.95, 300, true)]
    [InlineData(0.995, 20, false)]
    [InlineData(0.995, 75, true)]
    [InlineData(0.995, 300, true)]
    public void NinetyThreeToNinetySevenPercentOfIntervalsContainTheTruthWhereverCountsAllowIt(double truth, int images, bool possible)
    {
        double[] often = Binomial(images, truth);
        double covered = Coverage(often, [.. Enumerable.Range(0, images + 1).Select(hits => ProportionInterval.Of(hits, images))], truth);

        // An interval contains the truth for some counts in a row: is there a row with such a probability?
        bool exists = Enumerable.Range(0, images + 1).Any(first => Enumerable.Range(first, images + 1 - first).Any(
            last => often.AsSpan(first, last + 1 - first).ToArray().Sum() is >= 0.93 and <= 0.97));
        Assert.Equal(possible, exists);
        Assert.InRange(covered, 0.93, possible ? 0.97 : 1);
        Assert.InRange(Simulated(images, truth), 925, possible ? 975 : 1000);
    }

    [Fact]
    public void WhateverTheTruthAtLeastNinetyTwoPercentOfIntervalsContainItAndNinetyFiveWithFewImages()
    {
        foreach (int images in new[] { 1, 2, 3, 5, 7, 10, 15, 20, 30, 49, 50, 60, 75, 100, 150, 300, 1000 })
        {
            Interval[] intervals = [.. Enumerable.Range(0, images + 1).Select(hits => ProportionInterval.Of(hits, images))];

            // Coverage is least just beside an interval's end.
            IEnumerable<double> truths = intervals.SelectMany(interval => new[] { interval.Low!.Value, interval.High!.Value })
                .SelectMany(end => new[] { end - 1e-9, end + 1e-9 }).Where(truth => truth is > 0 and < 1);
            foreach (double truth in truths)
            {
                double least = images < ProportionInterval.Few ? 0.95 : 0.925;
                double covered = Coverage(Binomial(images, truth), intervals, truth);
                Assert.True(covered > least - 1e-6, $"Of {images} images, {covered} at a truth of {truth}.");
            }
        }
    }

    [Fact]
    public void ItContainsItsValueAndNarrowsWithMoreImages()
    {
        double before = 1;
        foreach (int images in new[] { 10, 40, 49, 50, 51, 100, 1000, 1_000_000 })
        {
            Interval interval = ProportionInterval.Of(images - 1, images);
            Assert.InRange(interval.Value!.Value, interval.Low!.Value, interval.High!.Value);
            Assert.InRange(interval.High.Value - interval.Low.Value, 0, before + 0.01);
            before = interval.High.Value - interval.Low.Value;
        }

        Assert.InRange(before, 1e-7, 1e-5);
    }

    /// <summary>How many of 1,000 drawn counts give an interval that contains the truth.</summary>
    private static int Simulated(int images, double truth)
    {
        Random random = new(1);
        return Enumerable.Range(0, 1000).Count(_ =>
        {
            Interval interval = ProportionInterval.Of(Enumerable.Range(0, images).Count(_ => random.NextDouble() < truth), images);
            return interval.Low <= truth && truth <= interval.High;
        });
    }

    private static double Coverage(double[] often, Interval[] intervals, double truth) =>
        often.Zip(intervals).Where(pair => pair.Second.Low <= truth && truth <= pair.Second.High).Sum(pair => pair.First);

    private static double[] Binomial(int images, double truth)
    {
        double[] often = new double[images + 1];
        double logarithm = images * Math.Log(1 - truth);
        for (int hits = 0; hits <= images; hits++)
        {
            often[hits] = Math.Exp(logarithm);
            logarithm += Math.Log(truth / (1 - truth) * (images - hits) / (hits + 1));
        }

        return often;
    }
}
