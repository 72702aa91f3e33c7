using ClockFunctions.Core.Metrics;

namespace ClockFunctions.Tests.Metrics;

public class DivergenceTests
{
    private static readonly long[] Low = [600, 200, 100, 50, 20, 10, 10, 5, 3, 2];
    private static readonly long[] High = [.. Low.Reverse()];

    [Fact]
    public void TheSameSharesAreNotApartWhateverTheirNumber()
    {
        Divergence same = Divergence.Of(Low, [.. Low.Select(count => 7 * count)]);

        Assert.Equal(0, same.StabilityIndex, 0.01);
        Assert.Equal(0, same.JensenShannon, 0.001);
        Assert.False(same.IsParted);
    }

    [Fact]
    public void TheIndexAndTheDivergenceAreThoseOfTheirDefinitions()
    {
        // Two bins with something in them; what is added to each of the ten is negligible beside a billion.
        long[] even = [500_000_000, 500_000_000, 0, 0, 0, 0, 0, 0, 0, 0];
        long[] uneven = [900_000_000, 100_000_000, 0, 0, 0, 0, 0, 0, 0, 0];

        Divergence apart = Divergence.Of(even, uneven);

        Assert.Equal((0.4 * Math.Log(1.8)) - (0.4 * Math.Log(0.2)), apart.StabilityIndex, 1e-4);
        double fromEven = (0.5 * Math.Log2(0.5 / 0.7)) + (0.5 * Math.Log2(0.5 / 0.3));
        double fromUneven = (0.9 * Math.Log2(0.9 / 0.7)) + (0.1 * Math.Log2(0.1 / 0.3));
        Assert.Equal((fromEven + fromUneven) / 2, apart.JensenShannon, 1e-4);
        Assert.Equal(apart.StabilityIndex, Divergence.Of(uneven, even).StabilityIndex, 1e-9);
    }

    [Fact]
    public void OppositeSharesArePartedAndDisjointOnesAreOneBitApart()
    {
        Assert.True(Divergence.Of(Low, High).IsParted);
        Assert.Equal(
            1, Divergence.Of([1_000_000, 0, 0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 0, 1_000_000]).JensenShannon, 0.001);
    }

    [Fact]
    public void WhatChanceGivesSoFewImagesIsNoParting()
    {
        Random random = new(1);
        int parted = 0;
        int above = 0;
        for (int i = 0; i < 1000; i++)
        {
            Divergence drawn = Divergence.Of(Draw(40), Draw(200));
            parted += drawn.IsParted ? 1 : 0;
            above += drawn.StabilityIndex > 0.25 ? 1 : 0;
        }

        Assert.InRange(above, 200, 1000); // the customary rule alone would cry wolf
        Assert.InRange(parted, 0, 10);

        long[] Draw(int count) => [.. ScoreCounts.Of(Enumerable.Range(0, count).Select(_ => random.NextDouble()), []).Probability];
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.0999, 0)]
    [InlineData(0.1, 1)]
    [InlineData(0.95, 9)]
    [InlineData(1, 9)]
    public void ABinHoldsATenth(double probability, int bin) => Assert.Equal(bin, ScoreCounts.Bin(probability, width: 1));

    [Fact]
    public void CountsAddUpAndMustBeWhole()
    {
        ScoreCounts one = ScoreCounts.Of([0.05, 0.95], [50]);

        Assert.Equal([2, 0, 0, 0, 0, 0, 0, 0, 0, 2], one.Plus(one).Probability);
        Assert.Equal((4, 2), (one.Plus(one).Total(), one.Plus(one).Novelty[5]));
        Assert.True(one.IsWhole());
        Assert.False((one with { Novelty = [1, 2] }).IsWhole());
        Assert.False((one with { Probability = [-1, 0, 0, 0, 0, 0, 0, 0, 0, 0] }).IsWhole());
    }
}
