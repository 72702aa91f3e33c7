using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Training;
using ClockFunctions.Core.Training.Comparison;
using ClockFunctions.Core.Training.Folders;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Training.Comparison;

public class CrossValidatorTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void NoImageIsScoredByAHeadThatSawItOrItsCopy()
    {
        // Every image twice: the copies differ only in name, so near-duplicates they are.
        TrainingSet once = SomeSet.Of(20, 40, distance: 2);
        TrainingSet twice = new(once.FeatureWidth, once.Views, once.Examples.Concat(once.Examples.Select(example =>
            example with { Image = example.Image with { Name = "copy-" + example.Image.Name } })));
        (int[] fold, int near) = CrossValidator.Folds(twice, "clock", 5, seed: 1);
        Dictionary<string, int> foldOf = [];

        Assert.Equal(120, near);
        Assert.All(
            Enumerable.Range(0, twice.Count),
            i => Assert.Equal(
                fold[i], foldOf.TryAdd(twice.Images[i].ContentHash, fold[i]) ? fold[i] : foldOf[twice.Images[i].ContentHash]));
        OutOfFold.Score(twice, "clock", fold, (train, test) =>
        {
            Assert.Empty(train.Select(i => twice.Images[i].ContentHash).Intersect(test.Select(i => twice.Images[i].ContentHash)));
            Assert.Equal(twice.Count, train.Length + test.Length);
            return new LearnedHead(new float[SomeSet.Width], 0, 0.5);
        });
    }

    [Fact]
    public void DecisionsAreThoseOfEachFoldsOwnThreshold()
    {
        // Head 0 scores everything 0.5 and calls nothing; head 1 scores the same and calls everything.
        TrainingSet set = SomeSet.Of(10, 30, distance: 1);
        int[] fold = [.. Enumerable.Range(0, set.Count).Select(i => i % 2)];

        EvaluationMetrics metrics = OutOfFold.Score(
            set, "clock", fold, (_, test) => new LearnedHead(new float[SomeSet.Width], 0, test[0] == 0 ? 0.9 : 0.1)).Metrics();

        Assert.Equal(new ConfusionMatrix(TruePositives: 5, FalsePositives: 15, FalseNegatives: 5, TrueNegatives: 15), metrics.Confusion);
        Assert.Equal((0.5, 0.5, 0.25), (metrics.Recall.Value, metrics.RocAuc.Value, metrics.Brier.Value));
    }

    [Fact]
    public void ALearnedHeadBeatsTheZeroShotHeadAndCostsSomething()
    {
        CrossValidator validator = Validator(SomeSet.Of(60, 140, distance: 4), out _);

        ComparisonRow zeroShot = validator.ZeroShot("summed at 0.5", new SummedHead([409], 0.5));
        ComparisonRow learned = validator.Default(Cancellation);

        Assert.True(learned.Metrics.RocAuc.Value > zeroShot.Metrics.RocAuc.Value);
        Assert.Equal(200, learned.Metrics.Count);
        Assert.Null(zeroShot.CpuSeconds);
        Assert.True(learned.CpuSeconds > 0);
        Assert.Equal(("some-backbone", "resize", "learned, recipe default"), (learned.Backbone, learned.Pipeline, learned.Head));
    }

    [Fact]
    public void TheLearningCurveRisesAndKeepsTheProportion()
    {
        CrossValidator validator = Validator(SomeSet.Of(60, 180, distance: 2.5, seed: 5), out int positivesAFold);

        IReadOnlyList<LearningPoint> points = validator.LearningCurve([5, 40, 1000], Cancellation);

        Assert.Equal([5, 40], points.Select(point => point.Positives));
        // Folds differ by an image or two, where noise made near-duplicates.
        Assert.All(points, point => Assert.InRange(point.Others, 2.9 * point.Positives, 3.1 * point.Positives));
        Assert.True(points[1].Metrics.RocAuc.Value > points[0].Metrics.RocAuc.Value + 0.01);
        Assert.InRange(positivesAFold, 47, 49);
    }

    [Fact]
    public void TooFewImagesForTheFoldsAreRefused() =>
        Assert.Throws<ArgumentException>(() => CrossValidator.Folds(SomeSet.Of(4, 40, distance: 2), "clock", 5, seed: 1));

    private static CrossValidator Validator(TrainingSet set, out int positivesAFold)
    {
        (int[] fold, _) = CrossValidator.Folds(set, "clock", 5, seed: 1);
        positivesAFold = Enumerable.Range(0, set.Count).Count(i => set.Images[i].Label == "clock" && fold[i] != 0);
        return new CrossValidator(SomeSet.Settings(), new FolderFeatures(set, new ImageFolder("", [], []), null), fold);
    }
}
