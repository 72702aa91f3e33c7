using ClockFunctions.Core.Datasets;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Datasets;

public class SplitTests
{
    private static readonly TrainingImage[] Images = [.. Enumerable.Range(0, 2000).Select(i => Some.Image("clock", $"{i}"))];

    [Fact]
    public void ByContentMembershipDoesNotDependOnTheOtherImages()
    {
        bool[] all = Split.Of(Images, "hash", 0.3, seed: 1);

        Assert.Equal(all[1000..], Split.Of(Images[1000..], "hash", 0.3, seed: 2));
    }

    [Fact]
    public void IdenticalImagesAreOnTheSameSideWhateverTheirLabelAndName()
    {
        for (int i = 0; i < 50; i++)
        {
            Assert.Single(Split.ByContent([Some.Image("clock", "a", $"{i}"), Some.Image("other", "b", $"{i}")], 0.5).Distinct());
        }
    }

    [Fact]
    public void ByContentHoldsOutAboutTheFraction()
    {
        // Binomial(2000, 0.3): 600 ± 20; five deviations.
        Assert.InRange(Split.ByContent(Images, 0.3).Count(v => v), 500, 700);
    }

    [Fact]
    public void ALargerFractionOnlyAddsImages()
    {
        bool[] some = Split.ByContent(Images, 0.2);
        bool[] more = Split.ByContent(Images, 0.3);

        Assert.All(some.Zip(more), pair => Assert.True(!pair.First || pair.Second));
    }

    [Fact]
    public void RandomHoldsOutExactlyTheFractionAndFollowsTheSeed()
    {
        bool[] split = Split.Of(Images, "random", 0.3, seed: 1);

        Assert.Equal(600, split.Count(v => v));
        Assert.Equal(split, Split.Random(2000, 0.3, seed: 1));
        Assert.NotEqual(split, Split.Random(2000, 0.3, seed: 2));
    }

    [Fact]
    public void OnlyTheHashSplitIsKnownWithoutTheOtherImages()
    {
        string first = new('0', 64), last = new('f', 64);

        Assert.True(Split.IsValidationWhateverElse("hash", first, 0.3));
        Assert.False(Split.IsValidationWhateverElse("hash", last, 0.3));
        Assert.False(Split.IsValidationWhateverElse("random", first, 0.3));
    }
}
