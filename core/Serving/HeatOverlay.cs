using System.Runtime.InteropServices;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Imaging;
using SkiaSharp;

namespace ClockFunctions.Core.Serving;

/// <summary>
/// Draws a class activation map over its photo: what speaks for the target glows from red to yellow, the rest fades to grey.
/// </summary>
internal static class HeatOverlay
{
    /// <summary>Evidence that glows in full even where it is the strongest of the image: a logit of 4 is a probability of 0.98.</summary>
    private const float FullGlow = 4;

    /// <summary>Share of the strongest heat's colour, so that what glows stays visible.</summary>
    private const float Strongest = 0.7f;

    /// <summary>Brightness of the photo below the heat: on a white background no fire shows.</summary>
    private const float Cold = 0.8f;

    /// <summary>The photo as tensor of its own colours, sides limited: the one resampler that there is.</summary>
    private static readonly Preprocessor Photograph = new(
        new InputSpec { Name = "photo", Layout = TensorLayout.Nhwc, DynamicSize = true, Scale = 1, Mean = [0, 0, 0], Std = [1, 1, 1] },
        Pipeline.Full);

    /// <summary>Draws what a head saw over the image.</summary>
    /// <param name="extractor">What the image's feature map was made with.</param>
    /// <param name="encoded">The image that <paramref name="heat"/> was made of.</param>
    /// <param name="heat">From <see cref="ImageFeatures.Map"/> and the head.</param>
    /// <param name="wait">For memory to decode in.</param>
    /// <returns>PNG, its longer side at most <see cref="Preprocessor.LongestFullSide"/> pixels.</returns>
    /// <inheritdoc cref="ImageDecoder.Decode" path="/exception"/>
    public static byte[] Png(
        FeatureExtractor extractor, ReadOnlyMemory<byte> encoded, ClassActivationMap heat, DecodeWait wait = default)
    {
        using DecodedImage image = extractor.Decoder.Decode(encoded, Preprocessor.LongestFullSide, wait);
        return Png(image.Pixels, extractor.Preprocessor.Seen(image.Width, image.Height), heat);
    }

    /// <summary>PNG of the image with its longer side limited to <see cref="Preprocessor.LongestFullSide"/> pixels.</summary>
    /// <param name="image">The whole image.</param>
    /// <param name="seen">The part of it that the backbone saw, in shares of width and height: elsewhere there is no heat.</param>
    /// <param name="heat">What the head saw there.</param>
    private static byte[] Png(PixelBuffer image, SeenPart seen, ClassActivationMap heat)
    {
        (int height, int width) = Photograph.OutputSize(image.Width, image.Height);
        float[] photo = new float[3 * height * width];
        Photograph.Write(image, photo);

        float scale = 1 / Math.Max(heat.Logits.Max(), FullGlow);
        byte[] pixels = new byte[4 * height * width];
        for (int y = 0; y < height; y++)
        {
            double v = (((y + 0.5) / height) - seen.Top) / seen.Height;
            for (int x = 0; x < width; x++)
            {
                double u = (((x + 0.5) / width) - seen.Left) / seen.Width;
                float glow = u is >= 0 and <= 1 && v is >= 0 and <= 1 ? Math.Clamp(heat.At(u, v) * scale, 0, 1) : 0;
                int at = (y * width) + x;
                Paint(photo.AsSpan(3 * at, 3), glow, pixels.AsSpan(4 * at, 4));
            }
        }

        return Encode(pixels, width, height);
    }

    private static void Paint(ReadOnlySpan<float> photo, float glow, Span<byte> pixel)
    {
        // Luma of ITU-R BT.601.
        float grey = (0.299f * photo[0]) + (0.587f * photo[1]) + (0.114f * photo[2]);
        ReadOnlySpan<float> fire = [255, 210 * glow, 0];
        float share = Strongest * glow;
        for (int channel = 0; channel < 3; channel++)
        {
            float cold = Cold * float.Lerp(grey, photo[channel], glow);
            pixel[channel] = (byte)Math.Clamp(float.Lerp(cold, fire[channel], share) + 0.5f, 0, 255);
        }

        pixel[3] = byte.MaxValue;
    }

    private static byte[] Encode(byte[] pixels, int width, int height)
    {
        SKImageInfo info = new(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        GCHandle handle = GCHandle.Alloc(pixels, GCHandleType.Pinned);
        try
        {
            using SKPixmap pixmap = new(info, handle.AddrOfPinnedObject());
            using SKData png = pixmap.Encode(SKEncodedImageFormat.Png, quality: 100)
                ?? throw new InvalidOperationException("Skia did not encode a PNG.");
            return png.ToArray();
        }
        finally
        {
            handle.Free();
        }
    }
}
