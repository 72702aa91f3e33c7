using ClockFunctions.Core.Datasets;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Datasets;

public class FingerprintTests
{
    private readonly TrainingImage[] _images = [Some.Image("clock", "a"), Some.Image("clock", "b"), Some.Image("other", "a")];

    [Fact]
    public void OrderDoesNotMatter() => Assert.Equal(Fingerprint.Of(_images), Fingerprint.Of(_images.Reverse()));

    [Fact]
    public void LabelNameAndContentMatter()
    {
        string fingerprint = Fingerprint.Of(_images);

        Assert.NotEqual(fingerprint, Fingerprint.Of([_images[0] with { Label = "other" }, .. _images[1..]]));
        Assert.NotEqual(fingerprint, Fingerprint.Of([_images[0] with { Name = "c" }, .. _images[1..]]));
        Assert.NotEqual(fingerprint, Fingerprint.Of([_images[0] with { ContentHash = Some.Hash("new") }, .. _images[1..]]));
        Assert.NotEqual(fingerprint, Fingerprint.Of(_images[1..]));
    }

    [Fact]
    public void FieldsDoNotRunIntoEachOther() => Assert.NotEqual(
        Fingerprint.Of([Some.Image("a", "bc", "x")]), Fingerprint.Of([Some.Image("ab", "c", "x")]));

    [Fact]
    public void ItIsTheShaOfTheFieldsEachEndingWithNul() => Assert.Equal(
        Some.Hash($"clock\0a\0{_images[0].ContentHash}\0clock\0b\0{_images[1].ContentHash}\0other\0a\0{_images[2].ContentHash}\0"),
        Fingerprint.Of(_images));
}
