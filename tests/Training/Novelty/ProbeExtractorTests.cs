using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Training.Novelty;
using ClockFunctions.Tests.Imaging;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Training.Novelty;

public sealed class ProbeExtractorTests : IDisposable
{
    private readonly Backbone _backbone;
    private readonly ProbeExtractor _probes;
    private readonly List<string> _read = [];

    public ProbeExtractorTests()
    {
        (BackboneSpec spec, string file) = new BackboneCatalogue(TestBackbone.Folder).Resolve(TestBackbone.Id);
        _backbone = Backbone.Load(spec, file);
        FeatureExtractor extractor = new(new ImageDecoder(new ImageLimits()), new Preprocessor(spec.Input, Pipeline.Resize), _backbone);
        _probes = new ProbeExtractor(() => extractor);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _backbone.Dispose();

    [Fact]
    public void TheHeldOutPhotosToShuffleAreChosenByTheirContentAlone()
    {
        TrainingImage[] images = [.. Enumerable.Range(0, 200).Select(i => Some.Image("clock", $"{i}.jpg", $"{i / 2}"))]; // each twice
        bool[] heldOut = [.. images.Select((_, i) => i % 4 < 2)];

        IReadOnlyList<TrainingImage> chosen = ProbeExtractor.Choose(images, heldOut);

        Assert.Equal(32, chosen.Count);
        Assert.Equal(32, chosen.Select(image => image.ContentHash).Distinct().Count());
        Assert.All(chosen, image => Assert.True(heldOut[Array.IndexOf(images, image)]));
        Array.Reverse(images);
        Array.Reverse(heldOut);
        Assert.Equal(
            chosen.Select(image => image.ContentHash), ProbeExtractor.Choose(images, heldOut).Select(image => image.ContentHash));
    }

    [Fact]
    public async Task APhotoIsReadAndComputedOnceAsLongAsItIsChosen()
    {
        NoveltyProbes first = await MakeAsync("a", "b");
        NoveltyProbes second = await MakeAsync("a", "b", "c");
        await MakeAsync("c");
        await MakeAsync("a");

        Assert.Equal(["a", "b", "c", "a"], _read);
        Assert.Equal(2, first.Shuffled.Count);
        Assert.Equal(3, second.Shuffled.Count);
        Assert.Same(first.Pictures, second.Pictures);
        Assert.Equal(24, first.Pictures.Count);
        Assert.All(first.Pictures.Concat(second.Shuffled), features => Assert.Equal(_backbone.Spec.FeatureWidth, features.Length));
        Assert.Equal(first.Pictures.Count, first.Pictures.Select(features => string.Join(",", features)).Distinct().Count());
    }

    [Fact]
    public async Task WhatIsGoneOrDamagedOrTooSmallToCutUpIsLeftOut()
    {
        NoveltyProbes probes = await MakeAsync("gone", "damaged", "tiny", "good");

        Assert.Single(probes.Shuffled);
    }

    [Fact]
    public void AShuffledPhotoHasItsPixelsInAnotherOrderWhichItsContentDecides()
    {
        using PixelBuffer photo = SomeImage.Reference(100, 61, seed: 1); // 16×10 pixels a piece, and a rest of four columns and a row

        using PixelBuffer shuffled = ShuffledPhoto.Of(photo, "abc");
        using PixelBuffer again = ShuffledPhoto.Of(photo, "abc");
        using PixelBuffer other = ShuffledPhoto.Of(photo, "abd");

        Assert.Equal((96, 60), (shuffled.Width, shuffled.Height));
        Assert.Equal(Colours(photo).Order(), Colours(shuffled).Order());
        Assert.NotEqual(Colours(photo), Colours(shuffled));
        Assert.Equal(shuffled.Pixels.ToArray(), again.Pixels.ToArray());
        Assert.NotEqual(shuffled.Pixels.ToArray(), other.Pixels.ToArray());

        static int[] Colours(PixelBuffer picture) =>
            [.. Enumerable.Range(0, 96 * 60).Select(i =>
            {
                Span<byte> pixel = picture.Pixels[((((i / 96) * picture.Width) + (i % 96)) * 3)..];
                return (pixel[0] << 16) | (pixel[1] << 8) | pixel[2];
            })];
    }

    [Fact]
    public void TheDrawnPicturesAreTheSameOnEveryMachine()
    {
        using PixelBuffer picture = ProbePictures.Draw(0);
        using PixelBuffer again = ProbePictures.Draw(0);

        Assert.Equal(picture.Pixels.ToArray(), again.Pixels.ToArray());
        Assert.Equal((112, 112), (picture.Width, picture.Height));
    }

    private Task<NoveltyProbes> MakeAsync(params string[] names) => _probes.MakeAsync(
        [.. names.Select(name => Some.Image("other", name))],
        image =>
        {
            _read.Add(image.Name);
            return Task.FromResult<ReadOnlyMemory<byte>?>(image.Name switch
            {
                "gone" => null,
                "damaged" => SomePhoto.Jpeg()[..200],
                "tiny" => SomePhoto.Png(1, 5, 40),
                _ => SomePhoto.Jpeg(image.Name[0]),
            });
        },
        Stop);
}
