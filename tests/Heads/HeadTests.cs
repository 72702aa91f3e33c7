using ClockFunctions.Core.Heads;

namespace ClockFunctions.Tests.Heads;

public class HeadTests
{
    private static readonly float[] Probabilities = [0.1f, 0.4f, 0.2f, 0.3f];

    [Fact]
    public void SummedAddsTheTargetClasses()
    {
        SummedHead head = new([0, 3], 0.007);

        Assert.Equal(0.4, head.Probability([], Probabilities), 6);
        Assert.Equal(0.007, head.Threshold);
        Assert.Equal("summed", head.Kind);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(2, 3)]
    [InlineData(0, 4)]
    public void TopKIsTheTargetExactlyWhenAClassIsAmongTheKBest(int target, int rank)
    {
        for (int k = 1; k <= 6; k++)
        {
            TopKHead head = new([target], k);
            Assert.Equal(rank, head.BestRank(Probabilities));
            Assert.Equal(rank <= k, head.Probability([], Probabilities) >= head.Threshold);
        }
    }

    [Fact]
    public void TopKTakesTheBestOfTheTargetClasses() => Assert.Equal(2, new TopKHead([0, 3], 1).BestRank(Probabilities));

    [Fact]
    public void LearnedIsLogisticRegression()
    {
        LearnedHead head = new([1f, -2f], 0.5f, 0.4);

        Assert.Equal(1 / (1 + Math.Exp(-(3 - 2 + 0.5))), head.Probability([3f, 1f], []), 12);
        Assert.Equal("learned", head.Kind);
    }

    [Fact]
    public void LearnedRefusesFeaturesOfAnotherWidth() =>
        Assert.Throws<ArgumentException>(() => new LearnedHead([1f, 2f], 0, 0.5).Probability([1f, 2f, 3f], []));

    [Fact]
    public void AHeadWithoutClassesWithDoubleClassesOrWithAnImpossibleSettingIsRefused()
    {
        Assert.Throws<ArgumentException>(() => new SummedHead([], 0.5));
        Assert.Throws<ArgumentException>(() => new TopKHead([1, 1], 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TopKHead([1], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LearnedHead([1f], 0, double.NaN));
    }
}
