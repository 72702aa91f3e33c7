using System.Diagnostics;
using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Backbones;

/// <summary>
/// Image bytes to features: decode, preprocess, backbone. The one way there, for scoring and for training, so that view 0 of a
/// training image is bit for bit what is scored. Safe for concurrent use.
/// </summary>
public sealed class FeatureExtractor(ImageDecoder decoder, Preprocessor preprocessor, Backbone backbone)
{
    /// <summary>Views that run at once: more gain nothing and cost memory (0.6 MB each at 224x224).</summary>
    internal const int LargestBatch = 8;

    public ImageDecoder Decoder => decoder;

    public Backbone Backbone => backbone;

    public Preprocessor Preprocessor => preprocessor;

    /// <summary>The features of one image.</summary>
    /// <param name="encoded">The image file.</param>
    /// <param name="featureMap">Whether the feature map is wanted too. Default no.</param>
    /// <param name="wait">For memory to decode in.</param>
    /// <inheritdoc cref="ImageDecoder.Decode" path="/exception"/>
    /// <exception cref="BackboneException">
    /// A feature map is asked of a backbone without one, or the backbone cannot run the image.
    /// </exception>
    public ImageFeatures Extract(ReadOnlyMemory<byte> encoded, bool featureMap = false, DecodeWait wait = default)
    {
        long start = Stopwatch.GetTimestamp();
        using DecodedImage image = decoder.Decode(encoded, preprocessor.MinimumShortSide, wait);
        long decoded = Stopwatch.GetTimestamp();
        BackboneOutput output = new(1, backbone.Spec);
        TimeSpan preprocessing = Run(image.Pixels, [View.Clean], output, firstRow: 0, featureMap);
        ExtractionTiming timing = new(
            Stopwatch.GetElapsedTime(start, decoded), preprocessing, Stopwatch.GetElapsedTime(decoded) - preprocessing);
        return new(output.Features, output.Probabilities, image.Width, image.Height, timing)
        {
            Map = featureMap ? new(output.FeatureMap, output.MapHeight, output.MapWidth) : null,
        };
    }

    /// <summary>The features of a picture that was never a file, as of an image of these pixels: F float32.</summary>
    /// <exception cref="BackboneException">The backbone cannot run the picture.</exception>
    public float[] Extract(PixelBuffer pixels)
    {
        BackboneOutput output = new(1, backbone.Spec);
        Run(pixels, [View.Clean], output, firstRow: 0, featureMap: false);
        return output.Features;
    }

    /// <summary>
    /// The backbone's output for some views of an image, one a row: the image is decoded once, and its views run in batches.
    /// </summary>
    /// <param name="encoded">The image file.</param>
    /// <param name="contentHash">The image's identity, from which its views are drawn; see <see cref="ViewSampler"/>.</param>
    /// <param name="firstView">Index of the first view; 0 is the clean view, and no two others of an image are alike.</param>
    /// <param name="views">How many, at least 1.</param>
    /// <param name="seed">The training's seed.</param>
    /// <param name="augmentation">The ranges to draw views from.</param>
    /// <param name="wait">For memory to decode in.</param>
    /// <inheritdoc cref="ImageDecoder.Decode" path="/exception"/>
    /// <exception cref="BackboneException">The backbone cannot run the image.</exception>
    public BackboneOutput ExtractViews(
        ReadOnlyMemory<byte> encoded, string contentHash, int firstView, int views, int seed, AugmentationOptions augmentation,
        DecodeWait wait = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(views, 1);
        using DecodedImage image = decoder.Decode(encoded, preprocessor.MinimumShortSide, wait);
        PixelBuffer pixels = image.Pixels;
        BackboneOutput output = new(views, backbone.Spec);
        for (int row = 0; row < views;)
        {
            // The clean view runs alone, as it does when it is scored: a batch adds up in another order, which changes the last bits.
            View[] batch = new View[firstView + row == 0 ? 1 : Math.Min(views - row, LargestBatch)];
            for (int i = 0; i < batch.Length; i++)
            {
                batch[i] = ViewSampler.Sample(augmentation, seed, contentHash, firstView + row + i, pixels.Width, pixels.Height);
            }

            Run(pixels, batch, output, row, featureMap: false);
            row += batch.Length;
        }

        return output;
    }

    /// <summary>Runs some views of decoded pixels as one batch.</summary>
    /// <returns>How long the preprocessing took; the rest is the backbone's.</returns>
    private TimeSpan Run(PixelBuffer pixels, ReadOnlySpan<View> views, BackboneOutput output, int firstRow, bool featureMap)
    {
        long start = Stopwatch.GetTimestamp();
        (int height, int width) = preprocessor.OutputSize(pixels.Width, pixels.Height);
        int length = 3 * height * width;
        using RentedMemory<float> input = RentedMemory<float>.Rent(views.Length * length);
        for (int i = 0; i < views.Length; i++)
        {
            preprocessor.WriteView(pixels, views[i], input.GetSpan().Slice(i * length, length));
        }

        TimeSpan preprocessing = Stopwatch.GetElapsedTime(start);
        backbone.RunInto(output, firstRow, input.Memory, views.Length, height, width, featureMap);
        return preprocessing;
    }
}
