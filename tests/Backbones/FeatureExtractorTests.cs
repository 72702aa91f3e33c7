using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Backbones;

public sealed class FeatureExtractorTests : IDisposable
{
    private const int Views = 11;

    private static readonly string Hash = Some.Hash("photo");

    private readonly Backbone _backbone;
    private readonly FeatureExtractor _extractor;

    public FeatureExtractorTests()
    {
        (BackboneSpec spec, string file) = new BackboneCatalogue(TestBackbone.Folder).Resolve(TestBackbone.Id);
        _backbone = Backbone.Load(spec, file);
        _extractor = new(new(new()), new(spec.Input, Pipeline.Resize), _backbone);
    }

    [Fact]
    public void AnExtractionSaysWhatItSawAndHowLongItTook()
    {
        ImageFeatures features = _extractor.Extract(SomePhoto.Png(width: 120, height: 70));

        Assert.Equal((120, 70, null), (features.Width, features.Height, features.Map));
        Assert.All([features.Timing.Decode, features.Timing.Preprocess, features.Timing.Backbone], time => Assert.True(time > TimeSpan.Zero));
    }

    [Fact]
    public void ManyThreadsGetWhatOneGets()
    {
        byte[][] photos = [.. Enumerable.Range(0, 8).Select(seed => SomePhoto.Jpeg(seed))];
        float[][] alone = [.. photos.Select(photo => _extractor.Extract(photo).Features)];

        Parallel.For(0, 200, i => Assert.Equal(alone[i % 8], _extractor.Extract(photos[i % 8]).Features));
    }

    [Fact]
    public void ViewZeroIsWhatIsScored()
    {
        byte[] photo = SomePhoto.Jpeg();
        ImageFeatures scored = _extractor.Extract(photo);
        ViewFeatures trained = _extractor.ExtractViews(photo, Hash, Views, seed: 1, new());

        // A batch adds up in another order than a single image.
        AssertClose(scored.Features, trained.Features[0]);
        AssertClose(scored.Probabilities, trained.Probabilities);
        Assert.Equal((80, 60), (trained.Width, trained.Height));
    }

    [Fact]
    public void EveryViewIsAnotherAndTheSameSeedGivesTheSame()
    {
        byte[] photo = SomePhoto.Jpeg();
        float[][] first = _extractor.ExtractViews(photo, Hash, Views, seed: 1, new()).Features;

        Assert.Equal(Views, first.Length);
        Assert.Distinct(first.Select(view => string.Join(' ', view)));
        Assert.Equal(first, _extractor.ExtractViews(photo, Hash, Views, seed: 1, new()).Features);
        Assert.NotEqual(first[1], _extractor.ExtractViews(photo, Hash, Views, seed: 2, new()).Features[1]);
    }

    [Fact]
    public void FewerViewsAreTheFirstOfMany()
    {
        byte[] photo = SomePhoto.Jpeg();
        float[][] many = _extractor.ExtractViews(photo, Hash, Views, seed: 1, new()).Features;
        float[][] few = _extractor.ExtractViews(photo, Hash, 3, seed: 1, new()).Features;

        for (int i = 0; i < few.Length; i++)
        {
            AssertClose(many[i], few[i]);
        }
    }

    [Fact]
    public void WhatIsNoImageIsRefused() =>
        Assert.Throws<UnknownImageFormatException>(() => _extractor.Extract("no image"u8.ToArray()));

    public void Dispose() => _backbone.Dispose();

    private static void AssertClose(float[] expected, float[] actual)
    {
        float tolerance = 1e-5f * expected.Max(Math.Abs);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], tolerance);
        }
    }
}
