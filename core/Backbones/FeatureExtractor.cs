using System.Buffers;
using System.Diagnostics;
using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Backbones;

/// <summary>Image bytes to features: decode, preprocess, backbone. Safe for concurrent use.</summary>
public sealed class FeatureExtractor(ImageDecoder decoder, Preprocessor preprocessor, Backbone backbone)
{
    public Backbone Backbone => backbone;

    public Preprocessor Preprocessor => preprocessor;

    /// <summary>The features of one image.</summary>
    /// <param name="encoded">The image file.</param>
    /// <param name="featureMap">Whether the feature map is wanted too. Default no.</param>
    /// <inheritdoc cref="ImageDecoder.Decode" path="/exception"/>
    /// <exception cref="BackboneException">A feature map is asked of a backbone without one.</exception>
    public ImageFeatures Extract(ReadOnlyMemory<byte> encoded, bool featureMap = false)
    {
        long start = Stopwatch.GetTimestamp();
        using DecodedImage image = decoder.Decode(encoded, preprocessor.MinimumShortSide);
        long decoded = Stopwatch.GetTimestamp();
        (int height, int width) = preprocessor.OutputSize(image.Pixels.Width, image.Pixels.Height);
        int length = 3 * height * width;
        float[] input = ArrayPool<float>.Shared.Rent(length);
        try
        {
            preprocessor.Write(image.Pixels, input.AsSpan(0, length));
            long preprocessed = Stopwatch.GetTimestamp();
            BackboneOutput output = backbone.Run(input.AsMemory(0, length), 1, height, width, featureMap);
            ExtractionTiming timing = new(
                Stopwatch.GetElapsedTime(start, decoded),
                Stopwatch.GetElapsedTime(decoded, preprocessed),
                Stopwatch.GetElapsedTime(preprocessed));
            return new(output.Features, output.Probabilities, image.Width, image.Height, timing)
            {
                Map = featureMap ? new(output.FeatureMap, output.MapHeight, output.MapWidth) : null,
            };
        }
        finally
        {
            ArrayPool<float>.Shared.Return(input);
        }
    }

    /// <summary>Draws what a head saw over the image.</summary>
    /// <param name="encoded">The image that <paramref name="heat"/> was made of.</param>
    /// <param name="heat">From <see cref="ImageFeatures.Map"/> and the head.</param>
    /// <returns>PNG, its longer side at most <see cref="Preprocessor.LongestFullSide"/> pixels.</returns>
    /// <inheritdoc cref="ImageDecoder.Decode" path="/exception"/>
    public byte[] Overlay(ReadOnlyMemory<byte> encoded, ClassActivationMap heat)
    {
        using DecodedImage image = decoder.Decode(encoded, Preprocessor.LongestFullSide);
        return HeatOverlay.Png(image.Pixels, preprocessor.Seen(image.Width, image.Height), heat);
    }
}
