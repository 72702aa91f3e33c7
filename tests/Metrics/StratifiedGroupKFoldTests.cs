using ClockFunctions.Core.Metrics;

namespace ClockFunctions.Tests.Metrics;

public class StratifiedGroupKFoldTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void BothClassesAreSpreadEvenly(int folds)
    {
        bool[] isTarget = [.. Enumerable.Range(0, 600).Select(i => i < 100)];
        int[] fold = StratifiedGroupKFold.Assign(isTarget, [.. Enumerable.Range(0, 600)], folds, seed: 1);

        for (int i = 0; i < folds; i++)
        {
            Assert.Equal(100 / folds, Enumerable.Range(0, 100).Count(image => fold[image] == i));
            Assert.Equal(500 / folds, Enumerable.Range(100, 500).Count(image => fold[image] == i));
        }
    }

    [Fact]
    public void AGroupIsNeverSplitAndTheRestBalancesIt()
    {
        // Groups of 1 to 12 images; every fourth image is a target.
        Random random = new(2);
        int[] groups = [.. Enumerable.Range(0, 120).SelectMany(group => Enumerable.Repeat(group, random.Next(1, 13)))];
        bool[] isTarget = [.. groups.Select(group => group % 4 == 0)];

        int[] fold = StratifiedGroupKFold.Assign(isTarget, groups, 5, seed: 1);

        Assert.All(groups.Zip(fold).GroupBy(pair => pair.First), group => Assert.Single(group.Select(pair => pair.Second).Distinct()));
        double share = isTarget.Count(target => target) / (double)isTarget.Length;
        foreach (IGrouping<int, bool> one in fold.Zip(isTarget).GroupBy(pair => pair.First, pair => pair.Second))
        {
            Assert.InRange(one.Count(), 0.95 * groups.Length / 5, 1.05 * groups.Length / 5);
            Assert.InRange(one.Count(target => target) / (double)one.Count(), share - 0.03, share + 0.03);
        }
    }

    [Fact]
    public void TheSeedDecidesAndNothingElse()
    {
        bool[] isTarget = [.. Enumerable.Range(0, 60).Select(i => i % 3 == 0)];
        int[] groups = [.. Enumerable.Range(0, 60)];

        Assert.Equal(StratifiedGroupKFold.Assign(isTarget, groups, 3, seed: 1), StratifiedGroupKFold.Assign(isTarget, groups, 3, seed: 1));
        Assert.NotEqual(
            StratifiedGroupKFold.Assign(isTarget, groups, 3, seed: 1), StratifiedGroupKFold.Assign(isTarget, groups, 3, seed: 2));
    }

    [Fact]
    public void TooFewDifferentImagesAreRefused()
    {
        ArgumentException fault = Assert.Throws<ArgumentException>(() =>
            StratifiedGroupKFold.Assign([true, true, true, false, false, false], [0, 0, 1, 2, 3, 4], 3, seed: 1));
        Assert.StartsWith(
            "3 folds need as many different images of the target and of others; there are 2 of one of them.", fault.Message,
            StringComparison.Ordinal);
    }
}
