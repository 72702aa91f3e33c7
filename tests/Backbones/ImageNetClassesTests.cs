using ClockFunctions.Core.Backbones;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Backbones;

public class ImageNetClassesTests
{
    [Theory]
    [InlineData(409, "analog clock")]
    [InlineData(530, "digital clock")]
    [InlineData(531, "digital watch")]
    [InlineData(826, "stopwatch")]
    [InlineData(892, "wall clock")]
    [InlineData(0, "tench")]
    [InlineData(999, "toilet tissue")]
    public void IdsAreThoseOfTheImageNetChallenge(int id, string name) => Assert.Equal(name, ImageNetClasses.Names[id]);

    [Fact]
    public void EveryClassHasAName()
    {
        Assert.Equal(ImageNetClasses.Count, ImageNetClasses.Names.Count);
        Assert.All(ImageNetClasses.Synonyms, names => Assert.All(names, name => Assert.False(string.IsNullOrWhiteSpace(name))));
    }

    [Fact]
    public void TheOrderIsThatOfAnotherPublishedList()
    {
        string[] others = File.ReadAllLines(SharedData.ImageNetLabels);
        int[] different = [
            .. Enumerable.Range(0, ImageNetClasses.Count).Where(id => others[id] != string.Join(", ", ImageNetClasses.Synonyms[id]))];

        // The other list spells 107 as one word.
        Assert.Equal([107], different);
    }
}
