using ClockFunctions.Core.Training.Notebook;

namespace ClockFunctions.Tests.Training.Notebook;

public class BalancedSamplerTests
{
    private static readonly bool[] IsTarget = [.. Enumerable.Range(0, 1000).Select(i => i < 100)];

    [Fact]
    public void AnEpochHasAsManyDrawsAsThereAreImagesHalfOfThemOfTheTarget()
    {
        int[] drawn = new BalancedSampler(IsTarget, seed: 1).Draw();

        Assert.Equal(1000, drawn.Length);
        // Binomial(1000, 0.5): 500 ± 16; five deviations.
        Assert.InRange(drawn.Count(i => IsTarget[i]), 420, 580);
    }

    [Fact]
    public void WithinAClassEveryImageIsEquallyLikelyAndMayComeAgain()
    {
        BalancedSampler sampler = new(IsTarget, seed: 1);
        int[] counts = new int[1000];
        for (int epoch = 0; epoch < 100; epoch++)
        {
            foreach (int image in sampler.Draw())
            {
                counts[image]++;
            }
        }

        // 100,000 draws: 500 ± 22 an image of the target, 56 ± 7.5 an other one; five deviations.
        Assert.All(counts[..100], count => Assert.InRange(count, 390, 610));
        Assert.All(counts[100..], count => Assert.InRange(count, 18, 94));
    }

    [Fact]
    public void EpochsDifferAndFollowTheSeed()
    {
        (BalancedSampler one, BalancedSampler again, BalancedSampler other) = (new(IsTarget, 1), new(IsTarget, 1), new(IsTarget, 2));
        int[] first = one.Draw(), second = one.Draw();

        Assert.NotEqual(first, second);
        Assert.Equal(first, again.Draw());
        Assert.NotEqual(first, other.Draw());
    }
}
