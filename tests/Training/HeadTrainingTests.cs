using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Training;
using ClockFunctions.Tests.Support;
using TorchSharp;

namespace ClockFunctions.Tests.Training;

public class HeadTrainingTests
{
    private static readonly TimeProvider Clock = new FixedTime(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    [Fact]
    public void ItLearnsWhatSeparatesTheClassesAndSaysHowWell()
    {
        TrainingResult result = Train(SomeSet.Of(60, 140, distance: 5));

        // Two Gaussians 5 deviations apart: AUC is Φ(5/√2) = 0.9998 at best.
        Assert.True(result.Manifest.Metrics.RocAuc.Value > 0.99);
        Assert.True(result.Manifest.Metrics.Accuracy.Value > 0.95);
        Assert.True(result.IsPublished);
        Assert.Equal(0, Array.IndexOf(Magnitudes(result), Magnitudes(result).Max()));
    }

    [Fact]
    public void TheManifestSaysWhatWasTrainedOnWhat()
    {
        TrainingSet set = SomeSet.Of(60, 140, distance: 5);
        HeadManifest manifest = Train(set).Manifest;

        Assert.Equal($"20260102T030405Z-{Fingerprint.Of(set.Images)[..6]}", manifest.Version);
        Assert.Equal(Fingerprint.Of(set.Images), manifest.Fingerprint);
        Assert.Equal(new Dictionary<string, int> { ["clock"] = 60, ["other"] = 140 }, manifest.LabelCounts);
        Assert.Equal((16, "resize", "default", 1), (manifest.FeatureWidth, manifest.Pipeline, manifest.Recipe, manifest.Seed));
        Assert.Equal("max expected F1 on cross-validated training images", manifest.ThresholdChoice);
        Assert.Equal("5", manifest.RecipeOptions["folds"]);
        Assert.Equal(set.Images.Count(image => Split.IsValidation(image.ContentHash, 0.3)), manifest.Metrics.Count);
    }

    [Fact]
    public void TheStoredWeightsAreTheHeadThatWasMeasured()
    {
        TrainingSet set = SomeSet.Of(60, 140, distance: 3);
        TrainingResult result = Train(set);
        LearnedHead stored = LearnedHead.Load(result.Weights, result.Manifest);

        int[] validation = [.. Enumerable.Range(0, set.Count).Where(i => Split.IsValidation(set.Images[i].ContentHash, 0.3))];
        EvaluationMetrics metrics = Evaluator.Evaluate(set.Score(stored, "clock", validation), stored.Threshold);

        Assert.Equal(result.Manifest.Metrics, metrics);
    }

    [Fact]
    public void TheSameImagesGiveTheSameHeadBitForBitInAnyOrder()
    {
        TrainingSet set = SomeSet.Of(60, 140, distance: 3);
        TrainingSet shuffled = new(set.FeatureWidth, set.Views, set.Examples.Reverse());

        Assert.Equal(Train(set).Weights, Train(shuffled).Weights);
    }

    [Fact]
    public void ProbabilitiesAreCalibrated()
    {
        EvaluationMetrics metrics = Train(SomeSet.Of(1000, 3000, distance: 2)).Manifest.Metrics;

        // 1,200 validation images in ten bins: a perfect forecaster's ECE is about 0.01 to 0.02.
        Assert.True(metrics.Ece.Value < 0.04, $"ECE {metrics.Ece.Value}");
        // Bayes: Φ(2/√2) = 0.921.
        Assert.InRange(metrics.RocAuc.Value!.Value, 0.90, 0.94);
    }

    [Theory]
    [InlineData("precision:0.95")]
    [InlineData("recall:0.95")]
    public void TheThresholdServesTheAim(string aim)
    {
        EvaluationMetrics metrics = Train(SomeSet.Of(1000, 3000, distance: 3), new TrainingOptions { Aim = aim }).Manifest.Metrics;

        // Chosen on the training images' folds, so validation comes near the floor, on either side of it:
        // 0.95 of about 300 images is ± 0.013; three deviations.
        double reached = (aim.StartsWith('p') ? metrics.Precision : metrics.Recall).Value!.Value;
        Assert.InRange(reached, 0.91, 0.99);
    }

    [Fact]
    public void AHeadThatIsWorseThanTheServedOneIsHeldWithItsReason()
    {
        // Features of noise, while the zero-shot head sees the class.
        TrainingSet set = SomeSet.Of(60, 140, distance: 4);
        TrainingSet noise = SomeSet.Of(60, 140, distance: 0);
        TrainingSet blind = new(
            set.FeatureWidth, set.Views, set.Examples.Zip(noise.Examples, (seen, unseen) => seen with { Features = unseen.Features }));

        HeadManifest manifest = Train(blind, baseline: new SummedHead([409], 0.5)).Manifest;

        Assert.Equal("held", manifest.State);
        Assert.Matches(
            @"^ROC AUC 0\.\d{4} on \d+ validation images is worse than 0\.9\d{3} of the zero-shot head, " +
            @"summed at 0.5 by more than the tolerance of 0.002\.$", manifest.Reason);
    }

    [Fact]
    public void AHeadThatIsAsGoodAsTheServedOneIsPublishedWithItsReason()
    {
        TrainingSet set = SomeSet.Of(60, 140, distance: 3);
        LearnedHead served = Train(set).Head;

        TrainingResult result = HeadTraining.Run(
            set, SomeSet.Settings(), served, "20260101T000000Z-abcdef", Clock, TestContext.Current.CancellationToken);

        Assert.Equal(("published", "20260101T000000Z-abcdef"), (result.Manifest.State, result.Manifest.Parent));
        Assert.Contains("of the current head 20260101T000000Z-abcdef (tolerance 0.002).", result.Manifest.Reason);
        Assert.Equal("current head 20260101T000000Z-abcdef", Assert.Single(result.Report.Rivals).Name);
    }

    [Fact]
    public void OneClassAloneWaits() => Assert.Equal(
        "Training waits for 1 more of other than 'clock' to train on.",
        Assert.Throws<TrainingNotReadyException>(() => Train(SomeSet.Of(5, 0, distance: 5))).Message);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 5)]
    [InlineData(3, 3)]
    [InlineData(2, 60)]
    public void TooFewToHoldSomeOutMakeAProvisionalHeadThatLeaveOneOutJudges(int clocks, int others)
    {
        TrainingSet set = SomeSet.Of(clocks, others, distance: 8, seed: 3);

        TrainingResult result = Train(set, new TrainingOptions { MinimumPerSide = 5 });

        Assert.True(result.Manifest.Provisional);
        Assert.Equal((set.Count, clocks), (result.Manifest.Metrics.Count, result.Manifest.Metrics.Positives));
        Assert.Contains($" on {set.Count} training images by leave-one-out, ", result.Manifest.Reason);
        Assert.Contains("leave-one-out", result.Report.Subject.Description);
        Assert.All(set.Images, image => Assert.True(result.Report.Seen!.WasTrainedOn(image.ContentHash)));
        Assert.Equal(result.Head.Weight.ToArray(), LearnedHead.Load(result.Weights, result.Manifest).Weight.ToArray());
    }

    [Fact]
    public void LeaveOneOutScoresNoImageByAHeadThatSawIt()
    {
        // Labels without any relation to the features: a head knows by heart what it saw, and nothing of what it did not see.
        TrainingSet noise = SomeSet.Of(10, 10, distance: 0, seed: 2, width: 200);

        TrainingResult result = Train(noise, new TrainingOptions { MinimumPerSide = 100 });

        int[] all = [.. Enumerable.Range(0, noise.Count)];
        Assert.True(Evaluator.Evaluate(noise.Score(result.Head, "clock", all), 0.5).RocAuc.Value > 0.95);
        Assert.InRange(result.Manifest.Metrics.RocAuc.Value!.Value, 0, 0.75);
    }

    [Fact]
    public void AProvisionalHeadIsComparedWithTheZeroShotHeadOnTheSameImages()
    {
        TrainingSet set = SomeSet.Of(4, 8, distance: 0, seed: 2);

        TrainingResult result = Train(set, new TrainingOptions { MinimumPerSide = 20 }, baseline: new SummedHead([409], 0.5));

        Assert.Equal(12, Assert.Single(result.Report.Rivals).Metrics.Count);
        Assert.Contains("of the zero-shot head, summed at 0.5", result.Manifest.Reason);
    }

    [Fact]
    public void AHeadThatHeldSomeOutIsNotProvisional() => Assert.False(Train(SomeSet.Of(60, 140, distance: 5)).Manifest.Provisional);

    [Fact]
    public void APriorThatKnowsTheTargetHelpsWhereThereAreFewImages()
    {
        TrainingSet few = SomeSet.Of(3, 12, distance: 4, seed: 7, width: 200);
        TrainingSet many = SomeSet.Of(200, 200, distance: 4, seed: 8, width: 200);
        int[] all = [.. Enumerable.Range(0, many.Count)];

        HeadManifest told = Auc(few, Knows(200), out double with).Manifest;
        Assert.Null(Auc(few, null, out double without).Manifest.Prior);

        Assert.True(with > without + 0.005, $"{with} with, {without} without");
        Assert.Equal([409], told.Prior!.Classes);
        Assert.InRange(told.Prior.RocAuc, 0.95, 1);
        Assert.InRange(told.Prior.Share, 0.1, 0.6);

        TrainingResult Auc(TrainingSet set, NetworkPrior? prior, out double auc)
        {
            TrainingResult result = Train(set, prior: prior);
            auc = Evaluator.Evaluate(many.Score(result.Head, "clock", all), 0.5).RocAuc.Value!.Value;
            return result;
        }
    }

    [Fact]
    public void APriorThatMeansSomethingElseIsNotInTheHead()
    {
        TrainingSet set = SomeSet.Of(60, 140, distance: 3);
        float[] elsewhere = new float[SomeSet.Width];
        elsewhere[5] = 1;

        TrainingResult misled = Train(set, prior: new NetworkPrior([1], elsewhere));

        Assert.Equal(0, misled.Manifest.Prior!.Share);
        Assert.InRange(misled.Manifest.Prior.RocAuc, 0.4, 0.6);
        Assert.Equal(Train(set).Weights, misled.Weights);
    }

    [Fact]
    public void TheShareOfThePriorFallsAsImagesOfTheTargetCome() => Assert.True(
        Train(SomeSet.Of(8, 32, distance: 6), prior: Knows(SomeSet.Width)).Manifest.Prior!.Share
        > Train(SomeSet.Of(200, 400, distance: 6), prior: Knows(SomeSet.Width)).Manifest.Prior!.Share);

    [Fact]
    public void CancellingStopsIt()
    {
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();

        Assert.Throws<OperationCanceledException>(() =>
            HeadTraining.Run(SomeSet.Of(60, 140, 3), SomeSet.Settings(), null, null, Clock, cancelled.Token));
    }

    [Fact]
    public void NoTensorOutlivesATraining()
    {
        TrainingSet set = SomeSet.Of(60, 140, distance: 3);
        Train(set);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        Train(set);

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static TrainingResult Train(
        TrainingSet set, TrainingOptions? options = null, IHead? baseline = null, NetworkPrior? prior = null) =>
        HeadTraining.Run(
            set, SomeSet.Settings(options) with { Prior = prior }, baseline, null, Clock, TestContext.Current.CancellationToken);

    /// <summary>The direction in which the classes of <see cref="SomeSet"/> really lie apart.</summary>
    private static NetworkPrior Knows(int width)
    {
        float[] weight = new float[width];
        weight[0] = 1;
        return new NetworkPrior([409], weight);
    }

    private static float[] Magnitudes(TrainingResult result) => [.. result.Head.Weight.ToArray().Select(Math.Abs)];

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
