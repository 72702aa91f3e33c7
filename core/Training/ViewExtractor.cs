using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Training;

/// <summary>Features of several views of an image: one decode, one batch through the backbone. Safe for concurrent use.</summary>
public sealed class ViewExtractor(ImageDecoder decoder, Preprocessor preprocessor, Backbone backbone)
{
    public BackboneSpec Backbone => backbone.Spec;

    public Pipeline Pipeline => preprocessor.Pipeline;

    /// <summary>What a training keeps of an image: V×F features, the clean view's first, then its 1000 class probabilities.</summary>
    /// <param name="encoded">The image file.</param>
    /// <param name="contentHash">Its SHA-256: decides, with the seed, what the views look like.</param>
    /// <param name="views">V.</param>
    /// <param name="seed">Of the views.</param>
    /// <param name="augmentation">Ranges of the views; view 0 is clean.</param>
    /// <param name="wait">For memory to decode in.</param>
    /// <returns>V·F + 1000 float16.</returns>
    /// <exception cref="ImageException">The image cannot be used.</exception>
    /// <exception cref="BackboneException">The backbone cannot run it.</exception>
    public Half[] Extract(
        ReadOnlyMemory<byte> encoded, string contentHash, int views, int seed, AugmentationOptions augmentation, DecodeWait wait = default)
    {
        BackboneOutput output = Run(encoded, contentHash, firstView: 0, views, seed, augmentation, wait);
        Half[] row = new Half[output.Features.Length + ImageNetClasses.Count];
        HalfRow.Write(output.Features, row);
        HalfRow.Write(output.ProbabilitiesOf(0), row.AsSpan(output.Features.Length));
        return row;
    }

    /// <summary>The backbone's output for some views, one a row.</summary>
    /// <param name="encoded">The image file.</param>
    /// <param name="contentHash">Its SHA-256.</param>
    /// <param name="firstView">Index of the first; 0 is the clean view, and no two others of an image are alike.</param>
    /// <param name="views">How many.</param>
    /// <param name="seed">Of the views.</param>
    /// <param name="augmentation">Ranges of the views.</param>
    /// <param name="wait">For memory to decode in.</param>
    /// <inheritdoc cref="Extract" path="/exception"/>
    public BackboneOutput Run(
        ReadOnlyMemory<byte> encoded, string contentHash, int firstView, int views, int seed, AugmentationOptions augmentation,
        DecodeWait wait = default)
    {
        using DecodedImage image = decoder.Decode(encoded, preprocessor.MinimumShortSide, wait);
        PixelBuffer pixels = image.Pixels;
        (int height, int width) = preprocessor.OutputSize(pixels.Width, pixels.Height);
        int length = 3 * height * width;
        using RentedMemory<float> input = RentedMemory<float>.Rent(views * length);
        for (int i = 0; i < views; i++)
        {
            View view = ViewSampler.Sample(augmentation, seed, contentHash, firstView + i, pixels.Width, pixels.Height);
            preprocessor.WriteView(pixels, view, input.GetSpan().Slice(i * length, length));
        }

        return backbone.Run(input.Memory, views, height, width);
    }
}
