using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Training;
using ClockFunctions.Core.Training.Features;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Training;

public class TrainingSetTests
{
    [Fact]
    public void ImagesAreInOneOrderHoweverTheyCome()
    {
        TrainingSet set = SomeSet.Of(5, 5, distance: 1);
        TrainingSet shuffled = new(set.FeatureWidth, set.Views, set.Examples.OrderBy(example => example.Image.ContentHash));

        Assert.Equal(set.Images, shuffled.Images);
    }

    [Fact]
    public void AnImageWithAnotherNumberOfFeaturesIsRefusedByName()
    {
        TrainingExample example = new(Some.Image("clock", "a.jpg"), new Half[7], default);

        Assert.Contains(
            "clock/a.jpg has 7 features, not 2 views of 4",
            Assert.Throws<ArgumentException>(() => new TrainingSet(4, 2, [example])).Message);
    }

    [Fact]
    public void AnImageThatIsOnlyJudgedOnMayHaveTheCleanViewAlone()
    {
        TrainingSet set = new(2, 3, [new TrainingExample(Some.Image("clock", "a.jpg"), new Half[] { (Half)1, (Half)2 }, default)]);

        Assert.Equal(0.5, Assert.Single(set.Score(new LearnedHead([1f, 1f], -3f, 0.5), "clock", [0])).Probability);
    }

    [Fact]
    public void ScoringUsesTheCleanViewAndTheProbabilities()
    {
        Half[] features = [(Half)1, (Half)2, (Half)100, (Half)100];
        Half[] probabilities = new Half[1000];
        probabilities[409] = (Half)0.25;
        TrainingSet set = new(2, 2, [new TrainingExample(Some.Image("clock", "a.jpg"), features, probabilities)]);

        ScoredImage learned = Assert.Single(set.Score(new LearnedHead([1f, 1f], -3f, 0.5), "clock", [0]));
        ScoredImage summed = Assert.Single(set.Score(new SummedHead([409], 0.007), "clock", [0]));

        Assert.Equal(new ScoredImage("clock", "a.jpg", true, 0.5), learned);
        Assert.Equal(0.25, summed.Probability);
    }

    [Fact]
    public void FeaturesBeyondHalfPrecisionBecomeItsLargest()
    {
        Half[] row = new Half[4];
        HalfRow.Write([1e6f, -1e6f, 0.1f, 65504f], row);

        Assert.Equal([Half.MaxValue, Half.MinValue, (Half)0.1f, Half.MaxValue], row);
    }
}
