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

    [Fact]
    public void WithoutARivalItIsPublished() => Assert.Equal(
        ("published", "ROC AUC 0.5000 on 8 validation images; there is no other head to compare with."),
        PublishingGate.Decide(Metrics(0.5), rival: null, 0.002));

    private static EvaluationMetrics Metrics(double auc) => Some.Metrics() with { RocAuc = new Interval(auc, null, null) };
}
