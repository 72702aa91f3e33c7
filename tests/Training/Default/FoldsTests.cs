using ClockFunctions.Core.Training;
using ClockFunctions.Core.Training.Default;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Training.Default;

public class FoldsTests
{
    private static readonly TrainingSet Set = SomeSet.Of(13, 87, distance: 3);

    [Fact]
    public void EveryFoldHasItsShareOfBothClasses()
    {
        Folds folds = Assign(Set);

        Assert.Equal(5, folds.Count);
        for (int k = 0; k < 5; k++)
        {
            Assert.InRange(folds.Of.Where((fold, i) => fold == k && Set.Images[i].Label == "clock").Count(), 2, 3);
            Assert.InRange(folds.Of.Where((fold, i) => fold == k && Set.Images[i].Label == "other").Count(), 17, 18);
        }
    }

    [Fact]
    public void ImagesThatLookAlikeStayTogetherEvenUnderAnotherLabel()
    {
        TrainingExample first = Set.Examples[0];
        TrainingSet set = new(Set.FeatureWidth, Set.Views, [.. Set.Examples, first with { Image = Some.Image("other", "resaved.jpg") }]);

        Folds folds = Assign(set);

        Assert.Equal(folds.Of[0], folds.Of[^1]);
    }

    [Fact]
    public void AsManyFoldsAsThereAreDifferentImagesOfTheRarerClass()
    {
        Assert.Equal(3, Assign(SomeSet.Of(3, 20, distance: 3)).Count);
        Assert.Equal(0, Assign(SomeSet.Of(1, 20, distance: 3)).Count);
    }

    private static Folds Assign(TrainingSet set) => Folds.Assign(
        set, [.. Enumerable.Range(0, set.Count)], [.. set.Images.Select(image => image.Label == "clock")], seed: 1);
}
