using ClockFunctions.Core.Training;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Training;

public class FoldsTests
{
    private static readonly TrainingImage[] Images = [.. Enumerable.Range(0, 100).Select(i => Some.Image(i < 13 ? "clock" : "other", $"{i}"))];
    private static readonly bool[] IsTarget = [.. Images.Select(image => image.Label == "clock")];

    [Fact]
    public void EveryFoldHasItsShareOfBothClasses()
    {
        int[] fold = Folds.Of(Images, IsTarget, 5);

        for (int k = 0; k < 5; k++)
        {
            Assert.InRange(fold.Where((f, i) => f == k && IsTarget[i]).Count(), 2, 3);
            Assert.InRange(fold.Where((f, i) => f == k && !IsTarget[i]).Count(), 17, 18);
        }
    }

    [Fact]
    public void CopiesOfAnImageAreInOneFoldEvenUnderAnotherLabel()
    {
        TrainingImage[] copies = [.. Images, Images[0] with { Name = "copy" }, Images[1] with { Label = "other" }];
        int[] fold = Folds.Of(copies, [.. copies.Select(image => image.Label == "clock")], 5);

        Assert.Equal((fold[0], fold[1]), (fold[100], fold[101]));
    }

    [Fact]
    public void OrderAndNameDoNotMatter()
    {
        TrainingImage[] reversed = [.. Images.Reverse().Select(image => image with { Name = "x" + image.Name })];

        Assert.Equal(Folds.Of(Images, IsTarget, 5), Folds.Of(reversed, [.. IsTarget.Reverse()], 5).Reverse());
    }
}
