using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Training;
using ClockFunctions.Core.Training.Features;
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
        Assert.All(
            [features.Timing.Decode, features.Timing.Preprocess, features.Timing.Backbone], time => Assert.True(time > TimeSpan.Zero));
    }

    [Fact]
    public void ManyThreadsGetWhatOneGets()
    {
        byte[][] photos = [.. Enumerable.Range(0, 8).Select(seed => SomePhoto.Jpeg(seed))];
        float[][] alone = [.. photos.Select(photo => _extractor.Extract(photo).Features)];

        Parallel.For(0, 200, i => Assert.Equal(alone[i % 8], _extractor.Extract(photos[i % 8]).Features));
    }

    [Fact]
    public void ViewZeroIsBitForBitWhatIsScored()
    {
        byte[] photo = SomePhoto.Jpeg();
        ImageFeatures scored = _extractor.Extract(photo);
        BackboneOutput trained = _extractor.ExtractViews(photo, Hash, firstView: 0, Views, seed: 1, new());

        Assert.Equal(scored.Features, trained.FeaturesOf(0).ToArray());
        Assert.Equal(scored.Probabilities, trained.ProbabilitiesOf(0).ToArray());
    }

    [Fact]
    public void WhatATrainingKeepsOfViewZeroIsWhatIsScoredInHalfPrecision()
    {
        byte[] photo = SomePhoto.Jpeg();
        ImageFeatures scored = _extractor.Extract(photo);
        RowExtractor rows = new(_extractor, HeadTraining.Augmentation, views: 3, seed: 1);
        Half[] row = rows.Extract(photo, Hash).Values;

        Assert.Equal(rows.Key.RowLength, row.Length);
        Assert.Equal(scored.Features.Select(value => (Half)value), row[..scored.Features.Length]);
        Assert.Equal(scored.Probabilities.Select(value => (Half)value), row[^scored.Probabilities.Length..]);
    }

    [Fact]
    public void EveryViewIsAnotherAndTheSameSeedGivesTheSame()
    {
        byte[] photo = SomePhoto.Jpeg();
        float[][] first = Features(photo, firstView: 0, Views, seed: 1);

        Assert.Equal(Views, first.Length);
        Assert.Distinct(first.Select(view => string.Join(' ', view)));
        Assert.Equal(first, Features(photo, firstView: 0, Views, seed: 1));
        Assert.NotEqual(first[1], Features(photo, firstView: 0, Views, seed: 2)[1]);
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(4, 7)]
    public void AViewIsTheSameWhereverTheExtractionBegins(int firstView, int views)
    {
        byte[] photo = SomePhoto.Jpeg();
        float[][] all = Features(photo, firstView: 0, Views, seed: 1);
        float[][] some = Features(photo, firstView, views, seed: 1);

        for (int i = 0; i < views; i++)
        {
            AssertClose(all[firstView + i], some[i]);
        }
    }

    [Fact]
    public void WhatIsNoImageIsRefused() =>
        Assert.Throws<UnknownImageFormatException>(() => _extractor.Extract("no image"u8.ToArray()));

    public void Dispose() => _backbone.Dispose();

    private float[][] Features(byte[] photo, int firstView, int views, int seed)
    {
        BackboneOutput output = _extractor.ExtractViews(photo, Hash, firstView, views, seed, new());
        return [.. Enumerable.Range(0, views).Select(i => output.FeaturesOf(i).ToArray())];
    }

    /// <summary>Views of other batches: a batch adds up in another order than another.</summary>
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
