using ClockFunctions.Core.Metrics;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Metrics;

public class ThresholdChoiceTests
{
    // From the top: T T o T o T o o, so precision falls 1, 1, 2/3, 3/4, 3/5, 4/6, 4/7, 4/8 while recall rises.
    private static readonly ScoredImage[] Ranking = Scored.Of(
        (true, 0.95), (true, 0.9), (false, 0.8), (true, 0.7), (false, 0.6), (true, 0.4), (false, 0.2), (false, 0.1));

    [Theory]
    [InlineData("precision:1", 0.85)] // two found, then the first false alarm
    [InlineData("precision:0.75", 0.65)] // 3/4 holds again below a point (2/3) where it did not
    [InlineData("precision:0.66", 0.3)]
    [InlineData("recall:0.5", 0.85)] // exactly two of four, at precision 1
    [InlineData("recall:0.51", 0.65)]
    [InlineData("recall:1", 0.3)]
    [InlineData("f1", 0.3)] // 4 found, 2 alarms: 8/10, ahead of 6/8 at 0.65
    public void EachAimHasItsThresholdMidwayBetweenTwoScores(string aim, double threshold)
    {
        ThresholdChoice choice = ThresholdChoice.Choose(Ranking, aim);

        Assert.Equal(threshold, choice.Threshold, 12);
        Assert.True(choice.Holds);
    }

    [Fact]
    public void TheChosenThresholdKeepsItsFloorsOnRandomScores()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            ScoredImage[] scored = Scored.Random(40, 60, 1.5, seed);
            EvaluationMetrics precise = Evaluator.Evaluate(scored, ThresholdChoice.Choose(scored, "precision:0.8").Threshold);
            EvaluationMetrics complete = Evaluator.Evaluate(scored, ThresholdChoice.Choose(scored, "recall:0.9").Threshold);
            double bestF1 = ThresholdSweep.Of(scored, scored.Select(image => image.Probability)).Points.Max(point => point.F1!.Value);
            EvaluationMetrics balanced = Evaluator.Evaluate(scored, ThresholdChoice.Choose(scored, "f1").Threshold);

            Assert.True(precise.Precision.Value >= 0.8 && complete.Recall.Value >= 0.9, $"seed {seed}");
            Assert.Equal(bestF1, balanced.F1.Value);
        }
    }

    [Fact]
    public void AFloorOutOfReachIsSaidAndTheNearestTaken()
    {
        ThresholdChoice choice = ThresholdChoice.Choose(Scored.Of((false, 0.9), (true, 0.8), (true, 0.7), (false, 0.1)), "precision:0.97");

        Assert.False(choice.Holds);
        Assert.Equal(0.4, choice.Threshold, 12);
        Assert.Equal("highest precision (0.667), because no threshold reaches precision ≥ 0.97", choice.Description);
    }

    [Fact]
    public void TiedScoresAreNeverSplit()
    {
        ThresholdChoice choice = ThresholdChoice.Choose(Scored.Of((true, 0.5), (false, 0.5), (false, 0.2)), "precision:0.5");

        Assert.Equal(0.35, choice.Threshold, 12);
    }

    [Fact]
    public void NeighbouringDoublesAreStillSeparated()
    {
        double high = 0.5, low = Math.BitDecrement(high);

        Assert.Equal(high, ThresholdChoice.Choose(Scored.Of((true, high), (false, low)), "f1").Threshold);
    }

    [Fact]
    public void OneClassChoosesNothing()
    {
        ThresholdChoice choice = ThresholdChoice.Choose(Scored.Of((true, 0.9)), "f1");

        Assert.Equal(new ThresholdChoice(0.5, "0.5, because all images are of one class", Holds: false), choice);
    }

    [Theory]
    [InlineData("best")]
    [InlineData("precision")]
    [InlineData("precision:1.5")]
    [InlineData("recall:-0.1")]
    [InlineData("recall:NaN")]
    public void AnUnknownAimIsRefused(string aim)
    {
        FormatException fault = Assert.Throws<FormatException>(() => ThresholdChoice.Choose(Ranking, aim));
        Assert.Equal($"'{aim}' is no aim: it must be f1, precision:FLOOR or recall:FLOOR, FLOOR in 0–1.", fault.Message);
    }

    [Fact]
    public void OfFewImagesTheExpectedF1IsThatOfTheirProbabilities()
    {
        // 2·0.9/(1.8+1) = 0.64, 2·1.4/(1.8+2) = 0.74, 2·1.7/(1.8+3) = 0.71, 2·1.8/(1.8+4) = 0.62: the second.
        (double Probability, bool)[] scores = [(0.9, false), (0.5, true), (0.3, true), (0.1, false)];
        ThresholdChoice choice = ThresholdChoice.OfExpectedF1(Scored.Of([.. scores.Select(score => (score.Item2, score.Probability))]));

        Assert.Equal((0.4, "max expected F1", true), (choice.Threshold, choice.Description, choice.Holds));
        Assert.Equal(choice, ThresholdChoice.OfExpectedF1(Scored.Of([.. scores.Select(score => (!score.Item2, score.Probability))])));
    }

    [Fact]
    public void OfManyImagesTheTruthCountsMore()
    {
        // By their probabilities 2·4.5/(5.7+5) = 0.84 is expected without those at 0.4, and 2·5.7/(5.7+8) = 0.83 with them.
        Assert.Equal(0.65, ThresholdChoice.OfExpectedF1(Scored.Of(
            [.. Enumerable.Repeat((true, 0.9), 5), .. Enumerable.Repeat((true, 0.4), 3)])).Threshold, 9);
        Assert.Equal(0.2, ThresholdChoice.OfExpectedF1(Scored.Of(
            [.. Enumerable.Repeat((true, 0.9), 5000), .. Enumerable.Repeat((true, 0.4), 3000)])).Threshold, 9);
    }

    [Fact]
    public void TiesAreExpectedTogether() =>
        // Half of a tie cannot be called the target: 2·0.6/(1.2+1) would be 0.55, both are 2·1.2/(1.2+2) = 0.75.
        Assert.Equal(0.3, ThresholdChoice.OfExpectedF1(Scored.Of((true, 0.6), (false, 0.6), (false, 0))).Threshold);
}
