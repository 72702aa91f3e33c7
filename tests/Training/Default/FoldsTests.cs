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

    [Fact]
    public void WhatIsOutsideOfAFoldCanBeTrainedOnHoweverPicturesAreTiedToEachOther()
    {
        Random random = new(1);
        int tied = 0;
        for (int draw = 0; draw < 300; draw++)
        {
            TrainingSet few = SomeSet.Of(random.Next(1, 5), random.Next(1, 5), distance: 3);
            // Some pictures lie under both labels, as pictures do that somebody is about to move.
            TrainingSet set = new(few.FeatureWidth, few.Views,
            [
                .. few.Examples,
                .. few.Examples.Where(_ => random.Next(2) == 0).Select((twin, i) => twin with
                {
                    Image = Some.Image(twin.Image.Label == "clock" ? "other" : "clock", $"twin-{i}.jpg"),
                }),
            ]);
            bool[] isTarget = [.. set.Images.Select(image => image.Label == "clock")];

            Folds folds = Folds.Assign(set, [.. Enumerable.Range(0, set.Count)], isTarget, seed: draw);

            tied += set.Count - few.Count;
            for (int fold = 0; fold < folds.Count; fold++)
            {
                bool[] outside = [.. isTarget.Where((_, i) => folds.Of[i] != fold).Distinct()];
                Assert.True(outside.Length == 2, $"draw {draw}: fold {fold} of {folds.Count} has all of one class");
            }
        }

        Assert.True(tied > 0);
    }

    private static Folds Assign(TrainingSet set) => Folds.Assign(
        set, [.. Enumerable.Range(0, set.Count)], [.. set.Images.Select(image => image.Label == "clock")], seed: 1);
}
