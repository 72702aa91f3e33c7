using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Reports;
using ClockFunctions.Core.Training;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Training;

public class PublishingGateTests
{
    [Theory]
    [InlineData(0.990, 0.980, "published")]
    [InlineData(0.990, 0.990, "published")]
    [InlineData(0.9885, 0.990, "published")] // within 0.002
    [InlineData(0.987, 0.990, "held")]
    public void ACandidateMayBeWorseByTheTolerance(double candidate, double rival, string state) =>
        Assert.Equal(state, PublishingGate.Decide(Metrics(candidate), new RivalHead("current head", Metrics(rival)), 0.002).State);

    [Fact]
    public void TheReasonNamesBothFiguresAndTheRival()
    {
        Assert.Equal(
            "ROC AUC 0.9900 on 8 validation images, against 0.9800 of the current head X (tolerance 0.002).",
            PublishingGate.Decide(Metrics(0.99), new RivalHead("current head X", Metrics(0.98)), 0.002).Reason);
        Assert.Equal(
            "ROC AUC 0.9000 on 8 validation images is worse than 0.9800 of the current head X by more than the tolerance of 0.002.",
            PublishingGate.Decide(Metrics(0.9), new RivalHead("current head X", Metrics(0.98)), 0.002).Reason);
    }

    [Theory]
    [InlineData(0.51, "published", "there is no other head to compare with, and that is better than chance.")]
    [InlineData(0.5, "held", "there is no other head to compare with, and that may be chance: label more images.")]
    [InlineData(null, "held", "there is no other head to compare with, and that may be chance: label more images.")]
    public void WithoutARivalACandidateMustBeBetterThanChanceBeyondDoubt(double? low, string state, string why)
    {
        (string found, string reason) = PublishingGate.Decide(
            Metrics(0.9) with { RocAuc = new Interval(0.9, low, 1) }, rival: null, 0.002);

        Assert.Equal(state, found);
        Assert.StartsWith("ROC AUC 0.9000 on 8 validation images, at least 0.", reason, StringComparison.Ordinal);
        Assert.EndsWith(why, reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "held")]
    [InlineData(3, "published")]
    public void ThreeAndThreeImagesWithoutAMistakeAreBetterThanChance(int side, string state)
    {
        ScoredImage[] perfect = [
            .. Enumerable.Range(0, side).Select(i => new ScoredImage("clock", $"{i}", true, 0.9)),
            .. Enumerable.Range(0, side).Select(i => new ScoredImage("other", $"{i}", false, 0.1))];

        Assert.Equal(state, PublishingGate.Decide(Evaluator.Evaluate(perfect, 0.5), rival: null, 0.002).State);
    }

    private static EvaluationMetrics Metrics(double auc) => Some.Metrics() with { RocAuc = new Interval(auc, null, null) };
}
