using ClockFunctions.Core.Metrics;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Metrics;

public class CurveTests
{
    [Fact]
    public void RocPointsEqualScikitLearnsDocumentedExample()
    {
        // roc_curve, from its documentation: fpr 0 0 .5 .5 1, tpr 0 .5 .5 1 1, thresholds inf .8 .4 .35 .1.
        RocCurve curve = RocCurve.Of(Scored.Documented())!;

        Assert.Equal([new(null, 0, 0), new(0.8, 0, 0.5), new(0.4, 0.5, 0.5), new(0.35, 0.5, 1), new(0.1, 1, 1)], curve.Points);
        Assert.Equal(0.75, curve.Auc);
    }

    [Fact]
    public void PrecisionRecallPointsEqualScikitLearnsDocumentedExample()
    {
        // precision_recall_curve, from its documentation: precision .5 .67 .5 1 (1), recall 1 1 .5 .5 (0), thresholds .1 .35 .4 .8.
        PrecisionRecallCurve curve = PrecisionRecallCurve.Of(Scored.Documented())!;

        Assert.Equal([new(0.8, 0.5, 1), new(0.4, 0.5, 0.5), new(0.35, 1, 2 / 3.0), new(0.1, 1, 0.5)], curve.Points);
        Assert.Equal((1 + (2 / 3.0)) / 2, curve.AveragePrecision, 12);
    }

    [Fact]
    public void ThinnedCurvesKeepTheirAreas()
    {
        ScoredImage[] scored = Scored.Random(300, 700, 2, seed: 5);
        RocCurve roc = RocCurve.Of(scored)!;
        PrecisionRecallCurve precisionRecall = PrecisionRecallCurve.Of(scored)!;

        double trapezia = roc.Points.Zip(roc.Points.Skip(1), (a, b) =>
            (b.FalsePositiveRate - a.FalsePositiveRate) * (a.TruePositiveRate + b.TruePositiveRate) / 2).Sum();
        double steps = precisionRecall.Points.Prepend(default).Zip(precisionRecall.Points, (a, b) => (b.Recall - a.Recall) * b.Precision)
            .Sum();

        Assert.InRange(roc.Points.Count, 3, 500);
        Assert.Equal(roc.Auc, trapezia, 12);
        Assert.Equal(precisionRecall.AveragePrecision, steps, 12);
    }

    [Fact]
    public void CurvesEqualTheMetricsBesideThem()
    {
        ScoredImage[] scored = [
            .. Scored.Random(60, 90, 1, seed: 6).Select(image => image with { Probability = Math.Round(image.Probability, 2) })];
        EvaluationMetrics metrics = Evaluator.Evaluate(scored, 0.37);
        SweepPoint point = ThresholdSweep.Of(scored).Points.Single(point => point.Threshold == 0.37);

        Assert.Equal(metrics.RocAuc.Value!.Value, RocCurve.Of(scored)!.Auc, 12);
        Assert.Equal(metrics.PrAuc.Value!.Value, PrecisionRecallCurve.Of(scored)!.AveragePrecision, 12);
        Assert.Equal(metrics.Ece.Value!.Value, ReliabilityCurve.Of(scored).Ece, 12);
        Assert.Equal(SweepPoint.Of(0.37, metrics.Confusion), point);
    }

    [Fact]
    public void CurvesOfOneClassDoNotExist()
    {
        Assert.Null(RocCurve.Of(Scored.Of((true, 0.5))));
        Assert.Null(PrecisionRecallCurve.Of(Scored.Of((false, 0.5))));
    }

    [Fact]
    public void CalibrationErrorWeighsEachTenthByItsImages()
    {
        // Bin [0.2, 0.3): promised 0.25 to two images, none is; last bin: promised 0.95 and 1 to two, one is.
        ReliabilityCurve curve = ReliabilityCurve.Of(Scored.Of((false, 0.2), (false, 0.3 - 1e-9), (true, 0.95), (false, 1)));

        Assert.Equal(10, curve.Bins.Count);
        Assert.Equal(
            (2, 0.25, 0.0), (curve.Bins[2].Count, Math.Round(curve.Bins[2].MeanProbability!.Value, 6), curve.Bins[2].TargetShare!.Value));
        Assert.Equal((2, 0.975, 0.5), (curve.Bins[9].Count, curve.Bins[9].MeanProbability!.Value, curve.Bins[9].TargetShare!.Value));
        Assert.Equal((0, null, null), (curve.Bins[5].Count, curve.Bins[5].MeanProbability, curve.Bins[5].TargetShare));
        Assert.Equal(((2 * 0.25) + (2 * 0.475)) / 4, curve.Ece, 8);
    }

    [Fact]
    public void ASweepCountsWhatReachesEachThreshold()
    {
        IReadOnlyList<SweepPoint> points = ThresholdSweep.Of(Scored.Documented(), [0, 0.4, 0.9]).Points;

        Assert.Equal(new ConfusionMatrix(2, 2, 0, 0), points[0].Confusion);
        Assert.Equal(new ConfusionMatrix(1, 1, 1, 1), points[1].Confusion);
        Assert.Equal(new ConfusionMatrix(0, 0, 2, 2), points[2].Confusion);
        Assert.Null(points[2].Precision);
    }
}
