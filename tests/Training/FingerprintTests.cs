using ClockFunctions.Core.Training;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Training;

public class FingerprintTests
{
    private readonly TrainingImage[] images = [Some.Image("clock", "a"), Some.Image("clock", "b"), Some.Image("other", "a")];

    [Fact]
    public void OrderDoesNotMatter() => Assert.Equal(Fingerprint.Of(images), Fingerprint.Of(images.Reverse()));

    [Fact]
    public void LabelNameAndContentMatter()
    {
        string fingerprint = Fingerprint.Of(images);

        Assert.NotEqual(fingerprint, Fingerprint.Of([images[0] with { Label = "other" }, .. images[1..]]));
        Assert.NotEqual(fingerprint, Fingerprint.Of([images[0] with { Name = "c" }, .. images[1..]]));
        Assert.NotEqual(fingerprint, Fingerprint.Of([images[0] with { ContentHash = Some.Hash("new") }, .. images[1..]]));
        Assert.NotEqual(fingerprint, Fingerprint.Of(images[1..]));
    }

    [Fact]
    public void FieldsDoNotRunIntoEachOther() => Assert.NotEqual(
        Fingerprint.Of([Some.Image("a", "bc", "x")]), Fingerprint.Of([Some.Image("ab", "c", "x")]));

    [Fact]
    public void ItIsTheShaOfTheFieldsEachEndingWithNul() => Assert.Equal(
        Some.Hash($"clock\0a\0{images[0].ContentHash}\0clock\0b\0{images[1].ContentHash}\0other\0a\0{images[2].ContentHash}\0"),
        Fingerprint.Of(images));
}
