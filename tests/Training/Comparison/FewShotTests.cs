using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Training;
using ClockFunctions.Core.Training.Comparison;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Training.Comparison;

public class FewShotTests
{
    private static readonly TrainingSet Set = SomeSet.Of(16, 80, distance: 4, seed: 4);

    [Fact]
    public void EveryNumberThatFourFifthsHoldIsARowAndAllOfThemTheLast()
    {
        IReadOnlyList<FewShotRow> rows = Run(Set, prior: null);

        Assert.Equal([3, 5, 10, null], rows.Select(row => row.Drawn));
        Assert.Equal([(3, 12), (5, 20), (10, 40), (13, 64)], rows.Select(row => (row.Positives, row.Others)));
        Assert.All(rows, row => Assert.Null(row.WithoutPrior));
        Assert.True(rows[^1].Learned.RocAuc.Mean > 0.9);
        Assert.All(rows, row => Assert.InRange(row.Learned.F1.Mean, row.Learned.F1.Least, row.Learned.F1.Most));
    }

    [Fact]
    public void WhatTheNetworkKnowsIsComparedWithNotKnowingIt()
    {
        float[] weight = new float[SomeSet.Width];
        weight[0] = 1;

        FewShotRow three = Run(Set, new NetworkPrior([409], weight))[0];

        Assert.True(three.Learned.RocAuc.Mean > three.WithoutPrior!.RocAuc.Mean);
        Assert.Equal(Run(Set, prior: null)[0].Learned, three.WithoutPrior);
    }

    [Fact]
    public void NoImageIsJudgedByAHeadThatSawItsCopy()
    {
        // Every image twice. Learned by heart, noise would look like skill.
        TrainingSet once = SomeSet.Of(12, 30, distance: 0, seed: 6);
        TrainingSet twice = new(once.FeatureWidth, once.Views, once.Examples.Concat(once.Examples.Select(example =>
            example with { Image = example.Image with { Name = "copy-" + example.Image.Name } })));

        Assert.All(Run(twice, prior: null), row => Assert.InRange(row.Learned.RocAuc.Mean, 0.3, 0.7));
    }

    private static IReadOnlyList<FewShotRow> Run(TrainingSet set, NetworkPrior? prior) =>
        new FewShot(SomeSet.Settings() with { Prior = prior }, set, new SummedHead([409], 0.5))
            .Run(CrossValidator.Groups(set), TestContext.Current.CancellationToken);
}
