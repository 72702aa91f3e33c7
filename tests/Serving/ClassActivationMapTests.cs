using System.Numerics.Tensors;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Serving;
using ClockFunctions.Tests.Support;
using SkiaSharp;

namespace ClockFunctions.Tests.Serving;

public class ClassActivationMapTests
{
    private static readonly ClassActivationMap TopRight = new() { Logits = [-3, 5, -3, -3], Height = 2, Width = 2 };

    [Fact]
    public void TheMeanOfThePlacesIsTheHeadsOwnLogit()
    {
        (BackboneSpec spec, string file) = new BackboneCatalogue(TestBackbone.Folder).Resolve(TestBackbone.Id);
        using Backbone backbone = Backbone.Load(spec, file);
        FeatureExtractor extractor = new(new(new()), new(spec.Input, Pipeline.Resize), backbone);
        LearnedHead head = new([.. Enumerable.Range(0, spec.FeatureWidth).Select(i => i - 3f)], -0.7f, 0.5);

        ImageFeatures features = extractor.Extract(SomePhoto.Jpeg(), featureMap: true);
        ClassActivationMap heat = ClassActivationMap.Of(features.Map!, head);

        double probability = head.Probability(features.Features, features.Probabilities);
        Assert.Equal(Math.Log(probability / (1 - probability)), heat.Logit, 1e-4);
        Assert.True(heat.Logits.Max() - heat.Logits.Min() > 1e-3, "The map is flat.");
    }

    [Fact]
    public void AHeadOfAnotherWidthIsRefused()
    {
        ArgumentException fault = Assert.Throws<ArgumentException>(
            () => ClassActivationMap.Of(new(new float[12], 2, 2), new([1, 1], 0, 0.5)));
        Assert.StartsWith("A head of 2 features cannot explain a map of 3 channels.", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.25, 0.25, -3)]
    [InlineData(0.75, 0.25, 5)]
    [InlineData(0.5, 0.25, 1)]
    [InlineData(0.5, 0.5, -1)]
    [InlineData(1, 0, 5)]
    public void BetweenTheMiddlesOfPlacesIsBilinear(double x, double y, float logit) => Assert.Equal(logit, TopRight.At(x, y), 1e-5);

    [Fact]
    public void TheHeatIsDrawnWhereItIs()
    {
        using SKBitmap overlay = Overlay(Pipeline.Resize, 200, 120, TopRight);

        Assert.Equal((200, 120), (overlay.Width, overlay.Height));
        Assert.True(Redness(overlay, 150, 30) > 80);
        Assert.Equal(0, Redness(overlay, 50, 30));
        Assert.Equal(0, Redness(overlay, 50, 90));
        Assert.Equal(0, Redness(overlay, 150, 90));
    }

    [Fact]
    public void OutsideOfTheCropNothingGlows()
    {
        ClassActivationMap everywhere = new() { Logits = [5], Height = 1, Width = 1 };
        using SKBitmap overlay = Overlay(Pipeline.Crop, 300, 100, everywhere);

        // The crop is the middle 224/256 of the height, and as wide.
        int[] glowing = [.. Enumerable.Range(0, 300).Where(x => Redness(overlay, x, 50) > 80)];
        Assert.Equal((106, 193, 88), (glowing[0], glowing[^1], glowing.Length));
        Assert.Equal(0, Redness(overlay, 150, 3));
        Assert.True(Redness(overlay, 150, 10) > 80);
    }

    [Fact]
    public void WhatSpeaksAgainstTheTargetDoesNotGlow()
    {
        using SKBitmap overlay = Overlay(Pipeline.Resize, 64, 64, new() { Logits = [-1, -2, -3, 0], Height = 2, Width = 2 });
        Assert.All(Enumerable.Range(0, 64 * 64), i => Assert.Equal(0, Redness(overlay, i % 64, i / 64)));
    }

    [Fact]
    public void WeakEvidenceGlowsWeakly()
    {
        using SKBitmap weak = Overlay(Pipeline.Resize, 64, 64, new() { Logits = [0.2f], Height = 1, Width = 1 });
        using SKBitmap strong = Overlay(Pipeline.Resize, 64, 64, new() { Logits = [4], Height = 1, Width = 1 });
        Assert.InRange(Redness(weak, 32, 32), 1, Redness(strong, 32, 32) / 2);
    }

    [Fact]
    public void LargeImagesAreDrawnSmaller()
    {
        using SKBitmap overlay = Overlay(Pipeline.Resize, 1600, 800, TopRight);
        Assert.Equal((640, 320), (overlay.Width, overlay.Height));
    }

    [Fact]
    public void TheHeatOfARealHeadLiesOnTheClock()
    {
        using RealBackbone real = RealBackbone.Load();
        string[] clocks = Photos("clock");
        string[] others = Photos("other");
        LearnedHead head = Train(real, clocks[..12], others[..40]);

        for (int i = 0; i < 8; i++)
        {
            bool clockIsLeft = i % 2 == 0;
            (string clock, string other) = (clocks[12 + i], others[40 + i]);
            byte[] pair = SideBySide(clockIsLeft ? clock : other, clockIsLeft ? other : clock);
            ClassActivationMap heat = ClassActivationMap.Of(real.Extractor.Extract(pair, featureMap: true).Map!, head);

            double left = Positive(heat, x => x < heat.Width / 2);
            double right = Positive(heat, x => x > heat.Width / 2);
            Assert.True(
                clockIsLeft ? left > 2 * right : right > 2 * left,
                $"{Path.GetFileName(clock)} beside {Path.GetFileName(other)}: {left} left, {right} right");
        }
    }

    /// <summary>Logistic regression by gradient descent: a few photos and steps are enough to tell clocks from anything else.</summary>
    private static LearnedHead Train(RealBackbone real, string[] clocks, string[] others)
    {
        const int Steps = 200;
        const float Rate = 0.3f;
        (float[] Features, float Label)[] rows =
        [
            .. clocks.Select(photo => (real.Extractor.Extract(File.ReadAllBytes(photo)).Features, 1f)),
            .. others.Select(photo => (real.Extractor.Extract(File.ReadAllBytes(photo)).Features, 0f)),
        ];
        float[] weight = new float[real.Spec.FeatureWidth];
        float bias = 0;
        for (int step = 0; step < Steps; step++)
        {
            foreach ((float[] features, float label) in rows)
            {
                float error = label - (float)new LearnedHead(weight, bias, 0.5).Probability(features, []);
                float pull = Rate * error / rows.Length;
                TensorPrimitives.MultiplyAdd(features, pull, weight, weight);
                bias += pull;
            }
        }

        return new(weight, bias, 0.5);
    }

    private static double Positive(ClassActivationMap heat, Func<int, bool> column) =>
        heat.Logits.Where((_, i) => column(i % heat.Width)).Sum(logit => Math.Max(0, logit));

    private static string[] Photos(string label) =>
        [.. Directory.EnumerateFiles(Path.Combine(SharedData.ClockVsOther, label)).Order(StringComparer.Ordinal).Where((_, i) => i % 8 == 0)
            .Take(60)];

    private static byte[] SideBySide(string left, string right)
    {
        using SKBitmap canvasBitmap = new(448, 448);
        using SKCanvas canvas = new(canvasBitmap);
        canvas.Clear(SKColors.Gray);
        using SKBitmap first = SKBitmap.Decode(left);
        using SKBitmap second = SKBitmap.Decode(right);
        canvas.DrawBitmap(first, new SKRect(0, 112, 224, 336));
        canvas.DrawBitmap(second, new SKRect(224, 112, 448, 336));
        using SKData png = canvasBitmap.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    private static SKBitmap Overlay(Pipeline pipeline, int width, int height, ClassActivationMap heat)
    {
        (BackboneSpec spec, string file) = new BackboneCatalogue(TestBackbone.Folder).Resolve(TestBackbone.Id);
        using Backbone backbone = Backbone.Load(spec, file);
        FeatureExtractor extractor = new(new(new()), new(spec.Input, pipeline), backbone);
        return SKBitmap.Decode(HeatOverlay.Png(extractor, SomePhoto.Png(width: width, height: height), heat));
    }

    /// <summary>How far a pixel is from grey towards fire; the photo below is drawn grey.</summary>
    private static int Redness(SKBitmap picture, int x, int y)
    {
        SKColor color = picture.GetPixel(x, y);
        return color.Red - color.Blue;
    }
}
