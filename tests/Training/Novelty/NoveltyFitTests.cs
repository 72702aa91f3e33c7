using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Training;
using ClockFunctions.Core.Training.Novelty;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Training.Novelty;

public class NoveltyFitTests
{
    /// <summary>The features of <see cref="SomeSet"/> lie around 3 in every direction; these do not.</summary>
    private static readonly float[][] Far = Probes(feature => feature == 0 ? 10f : -1f);

    private static readonly TrainingSet Set = SomeSet.Of(100, 300, distance: 2);

    [Fact]
    public void ProbesThatAreFarFromTheTrainingPhotosMakeAScaleOfThem()
    {
        TrainingResult result = Train(new NoveltyProbes(Far, Far));

        HeadNovelty novelty = result.Manifest.Novelty!;
        Assert.InRange(novelty.RocAuc, 0.99, 1);
        Assert.Equal(Set.Count - result.Manifest.Metrics.Count, novelty.Count);
        Assert.Equal(100, result.Head.Novelty!.Of(Far[0]));
        LearnedHead stored = LearnedHead.Load(result.Weights, result.Manifest, result.Novelty);
        Assert.Equal(result.Head.Novelty.Centres.ToArray(), stored.Novelty!.Centres.ToArray());
        Assert.Equal(24, result.Report.Novel.Count);
        Assert.Equal(result.Report.Novel.OrderByDescending(image => image.Novelty), result.Report.Novel);
    }

    [Fact]
    public void HeldOutPhotosLikeTheTrainingPhotosAreSpreadOverAllPercentiles()
    {
        NoveltyFit fit = NoveltyFit.Of(
            Set, [.. Enumerable.Range(0, 400).Where(i => i % 2 == 0)], [.. Enumerable.Range(0, 400).Where(i => i % 2 == 1)],
            new NoveltyProbes(Far, Far), seed: 1)!;

        Assert.InRange(fit.HeldOut.Average(), 40, 65); // 50 if leaving one out took nothing from the groups themselves
        Assert.InRange(fit.HeldOut.Count(novelty => novelty > 90), 10, 50); // of 200
    }

    [Fact]
    public void ProbesLikeTheTrainingPhotosMakeNoFileAndTheRecordSaysWhy()
    {
        float[][] alike = [.. SomeSet.Of(0, 32, distance: 0, seed: 7).Examples.Select(example =>
            example.Features.Span[..SomeSet.Width].ToArray().Select(x => (float)x).ToArray())];

        foreach (NoveltyProbes probes in (NoveltyProbes[])[new(alike, Far), new(Far, alike)]) // one kind is enough to fail
        {
            TrainingResult result = Train(probes);

            Assert.InRange(result.Manifest.Novelty!.RocAuc, 0.3, 0.7);
            Assert.Null(result.Manifest.Novelty.Sha256);
            Assert.Null(result.Novelty);
            Assert.Null(result.Head.Novelty);
            Assert.Empty(result.Report.Novel);
        }
    }

    [Fact]
    public void TooFewPhotosOrProbesMakeNone()
    {
        Assert.Null(Train(new NoveltyProbes(Far, Far[..15])).Manifest.Novelty);
        Assert.Null(Train(probes: null).Manifest.Novelty);
        Assert.Null(Train(new NoveltyProbes(Far, Far), SomeSet.Of(20, 50, distance: 2)).Manifest.Novelty); // some 49 to train on
    }

    [Fact]
    public void AProvisionalHeadHasNone()
    {
        TrainingResult result = Train(new NoveltyProbes(Far, Far), SomeSet.Of(1, 90, distance: 5));

        Assert.True(result.Manifest.Provisional);
        Assert.Null(result.Manifest.Novelty);
    }

    [Fact]
    public void TheSamePhotosMakeTheSameFile() =>
        Assert.Equal(Train(new NoveltyProbes(Far, Far)).Novelty, Train(new NoveltyProbes(Far, Far)).Novelty);

    private static TrainingResult Train(NoveltyProbes? probes, TrainingSet? set = null) => HeadTraining.Run(
        set ?? Set, SomeSet.Settings() with { Probes = probes }, baseline: null, parentVersion: null, TimeProvider.System,
        TestContext.Current.CancellationToken);

    private static float[][] Probes(Func<int, float> value) =>
        [.. Enumerable.Range(0, 32).Select(_ => Enumerable.Range(0, SomeSet.Width).Select(value).ToArray())];
}
