using System.Text.Json;
using ClockFunctions.Core;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Metrics;

public class EvaluatorTests
{
    [Fact]
    public void MetricsEqualScikitLearnsDocumentedExamples()
    {
        EvaluationMetrics metrics = Evaluator.Evaluate(Scored.Documented(), 0.5);

        // roc_auc_score and average_precision_score, from their documentation: 0.75 and 0.83.
        Assert.Equal(0.75, metrics.RocAuc.Value);
        Assert.Equal((1 + (2.0 / 3)) / 2, metrics.PrAuc.Value!.Value, 12);

        // brier_score_loss, from its documentation: 0.0375 (0.01 + 0.01 + 0.04 + 0.09, over 4).
        EvaluationMetrics brier = Evaluator.Evaluate(Scored.Of((false, 0.1), (true, 0.9), (true, 0.8), (false, 0.3)), 0.5);
        Assert.Equal(0.0375, brier.Brier.Value!.Value, 12);
    }

    [Fact]
    public void AnImageAtTheThresholdIsCalledTheTarget()
    {
        EvaluationMetrics metrics = Evaluator.Evaluate(Scored.Of((true, 0.5), (false, 0.5), (true, 0.49), (false, 0.1), (false, 0.2)), 0.5);

        Assert.Equal(new ConfusionMatrix(TruePositives: 1, FalsePositives: 1, FalseNegatives: 1, TrueNegatives: 2), metrics.Confusion);
        Assert.Equal(3 / 5.0, metrics.Accuracy.Value);
        Assert.Equal(1 / 2.0, metrics.Precision.Value);
        Assert.Equal(1 / 2.0, metrics.Recall.Value);
        Assert.Equal(1 / 2.0, metrics.F1.Value);
    }

    [Fact]
    public void TiedPairsCountHalfWhateverTheirOrder()
    {
        // Pairs (target, other): 0.8 beats 0.5 and 0.2, 0.5 ties with 0.5 and beats 0.2: 3.5 of 4.
        (bool, double)[] scores = [(true, 0.8), (true, 0.5), (false, 0.5), (false, 0.2)];
        foreach (ScoredImage[] order in new[] { Scored.Of(scores), Scored.Of([.. scores.Reverse()]) })
        {
            EvaluationMetrics metrics = Evaluator.Evaluate(order, 0.5);
            Assert.Equal(3.5 / 4, metrics.RocAuc.Value);

            // Recall 1/2 at precision 1, then the tie takes the other half in at precision 2/3.
            Assert.Equal((1 + (2 / 3.0)) / 2, metrics.PrAuc.Value!.Value, 12);
        }
    }

    [Fact]
    public void RocAucEqualsTheShareOfPairsWon()
    {
        ScoredImage[] scored = [
            .. Scored.Random(40, 70, 1, seed: 3).Select(image => image with { Probability = Math.Round(image.Probability, 1) })];
        double won = (from target in scored.Where(image => image.IsTarget)
                      from other in scored.Where(image => !image.IsTarget)
                      select (Math.Sign(target.Probability.CompareTo(other.Probability)) + 1) / 2.0).Average();

        Assert.Equal(won, Evaluator.Evaluate(scored, 0.5).RocAuc.Value!.Value, 12);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void OneClassGivesNullsAndValidJson(bool target)
    {
        EvaluationMetrics metrics = Evaluator.Evaluate(Scored.Of((target, 0.1), (target, 0.2)), 0.5);

        Assert.Equal(new Interval(null, null, null), metrics.RocAuc);
        Assert.Equal(new Interval(null, null, null), metrics.PrAuc);
        Assert.Equal(new Interval(null, null, null), metrics.Precision);
        Assert.NotNull(metrics.Accuracy.Low);
        Assert.Contains("\"rocAuc\":{}", JsonSerializer.Serialize(metrics, Json.Compact));
    }

    [Fact]
    public void RocAucsIntervalHasTheWidthOfHanleyAndMcNeil()
    {
        Interval auc = Evaluator.Evaluate(Scored.Random(100, 300, 1.5, seed: 1), 0.5).RocAuc;

        // Hanley and McNeil 1982, equation 1, with their exponential approximation of Q1 and Q2.
        double a = auc.Value!.Value;
        double q1 = a / (2 - a), q2 = 2 * a * a / (1 + a);
        double error = Math.Sqrt(((a * (1 - a)) + (99 * (q1 - (a * a))) + (299 * (q2 - (a * a)))) / (100 * 300));

        // Another variance, and an interval that is not symmetric: the same within a sixth.
        Assert.InRange((auc.High!.Value - auc.Low!.Value) / (2 * 1.96 * error), 5 / 6.0, 7 / 6.0);
    }

    [Fact]
    public void NoImagesAndImpossibleProbabilitiesAreRefusedByName()
    {
        Assert.Throws<ArgumentException>(() => Evaluator.Evaluate([], 0.5));
        ArgumentException fault = Assert.Throws<ArgumentException>(() => Evaluator.Evaluate(Scored.Of((true, double.NaN)), 0.5));
        Assert.StartsWith("clock/000.jpg has probability NaN, which is not in 0–1.", fault.Message, StringComparison.Ordinal);
    }
}
