using System.Diagnostics;
using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Backbones;

/// <summary>Image bytes to features: decode, preprocess, backbone. Safe for concurrent use.</summary>
public sealed class FeatureExtractor(ImageDecoder decoder, Preprocessor preprocessor, Backbone backbone)
{
    /// <summary>Views that are run at once: more gain nothing and cost memory (0.6 MB each at 224x224).</summary>
    private const int LargestBatch = 8;

    public Backbone Backbone => backbone;

    public Preprocessor Preprocessor => preprocessor;

    /// <summary>The features of one image.</summary>
    /// <param name="encoded">The image file.</param>
    /// <param name="featureMap">Whether the feature map is wanted too. Default no.</param>
    /// <param name="wait">For memory to decode in.</param>
    /// <inheritdoc cref="ImageDecoder.Decode" path="/exception"/>
    /// <exception cref="BackboneException">A feature map is asked of a backbone without one.</exception>
    public ImageFeatures Extract(ReadOnlyMemory<byte> encoded, bool featureMap = false, DecodeWait wait = default)
    {
        long start = Stopwatch.GetTimestamp();
        using DecodedImage image = decoder.Decode(encoded, preprocessor.MinimumShortSide, wait);
        long decoded = Stopwatch.GetTimestamp();
        (int height, int width) = preprocessor.OutputSize(image.Pixels.Width, image.Pixels.Height);
        int length = 3 * height * width;
        using RentedMemory<float> input = RentedMemory<float>.Rent(length);
        preprocessor.Write(image.Pixels, input.GetSpan());
        long preprocessed = Stopwatch.GetTimestamp();
        BackboneOutput output = backbone.Run(input.Memory, 1, height, width, featureMap);
        ExtractionTiming timing = new(
            Stopwatch.GetElapsedTime(start, decoded),
            Stopwatch.GetElapsedTime(decoded, preprocessed),
            Stopwatch.GetElapsedTime(preprocessed));
        return new(output.Features, output.Probabilities, image.Width, image.Height, timing)
        {
            Map = featureMap ? new(output.FeatureMap, output.MapHeight, output.MapWidth) : null,
        };
    }

    /// <summary>Class probabilities of the clean image, and the features of several views of it: decoded once, run in batches.</summary>
    /// <param name="encoded">The image file.</param>
    /// <param name="contentHash">The image's identity, from which its views are drawn; see <see cref="ViewSampler"/>.</param>
    /// <param name="views">How many, the clean view 0 included; at least 1.</param>
    /// <param name="seed">The training's seed.</param>
    /// <param name="augmentation">The ranges to draw views from.</param>
    /// <inheritdoc cref="ImageDecoder.Decode" path="/exception"/>
    public ViewFeatures ExtractViews(
        ReadOnlyMemory<byte> encoded, string contentHash, int views, int seed, AugmentationOptions augmentation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(views, 1);
        using DecodedImage image = decoder.Decode(encoded, preprocessor.MinimumShortSide);
        PixelBuffer pixels = image.Pixels;
        (int height, int width) = preprocessor.OutputSize(pixels.Width, pixels.Height);
        int length = 3 * height * width;
        using RentedMemory<float> input = RentedMemory<float>.Rent(Math.Min(views, LargestBatch) * length);
        float[][] features = new float[views][];
        float[]? probabilities = null;
        for (int first = 0; first < views; first += LargestBatch)
        {
            int batch = Math.Min(views - first, LargestBatch);
            for (int i = 0; i < batch; i++)
            {
                View view = ViewSampler.Sample(augmentation, seed, contentHash, first + i, pixels.Width, pixels.Height);
                preprocessor.WriteView(pixels, view, input.GetSpan().Slice(i * length, length));
            }

            BackboneOutput output = backbone.Run(input.Memory[..(batch * length)], batch, height, width);
            probabilities ??= output.ProbabilitiesOf(0).ToArray();
            for (int i = 0; i < batch; i++)
            {
                features[first + i] = output.FeaturesOf(i).ToArray();
            }
        }

        return new(features, probabilities!, image.Width, image.Height);
    }

    /// <summary>Draws what a head saw over the image.</summary>
    /// <param name="encoded">The image that <paramref name="heat"/> was made of.</param>
    /// <param name="heat">From <see cref="ImageFeatures.Map"/> and the head.</param>
    /// <param name="wait">For memory to decode in.</param>
    /// <returns>PNG, its longer side at most <see cref="Preprocessor.LongestFullSide"/> pixels.</returns>
    /// <inheritdoc cref="ImageDecoder.Decode" path="/exception"/>
    public byte[] Overlay(ReadOnlyMemory<byte> encoded, ClassActivationMap heat, DecodeWait wait = default)
    {
        using DecodedImage image = decoder.Decode(encoded, Preprocessor.LongestFullSide, wait);
        return HeatOverlay.Png(image.Pixels, preprocessor.Seen(image.Width, image.Height), heat);
    }
}
