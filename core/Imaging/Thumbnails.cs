using SkiaSharp;

namespace ClockFunctions.Core.Imaging;

/// <summary>Small pictures of photos, for reports and sheets.</summary>
public static class Thumbnails
{
    /// <summary>Fine on a page, a quarter of the bytes of 95.</summary>
    private const int Quality = 82;

    /// <summary>A JPEG of the image, upright, that fits into a square; smaller images keep their size.</summary>
    /// <param name="decoder">Holds the limits.</param>
    /// <param name="encoded">The image file.</param>
    /// <param name="side">The square's side in pixels.</param>
    /// <inheritdoc cref="ImageDecoder.Decode" path="/exception"/>
    public static byte[] Jpeg(ImageDecoder decoder, ReadOnlyMemory<byte> encoded, int side)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        using DecodedImage image = decoder.Decode(encoded, side);
        using SKBitmap small = Fit(image.Pixels, side);
        using SKData data = small.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return data.ToArray();
    }

    /// <summary>A PNG of pixels as they are.</summary>
    public static byte[] Png(PixelBuffer pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        using SKBitmap bitmap = Raster.ToBitmap(pixels);
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    /// <summary>A bitmap of the pixels that fits into a square, for the caller to dispose; smaller images keep their size.</summary>
    internal static SKBitmap Fit(PixelBuffer pixels, int side)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        SKBitmap full = Raster.ToBitmap(pixels);
        double scale = (double)side / Math.Max(pixels.Width, pixels.Height);
        if (scale >= 1)
        {
            return full;
        }

        using (full)
        {
            SKSizeI size = new(
                Math.Max(1, (int)Math.Round(pixels.Width * scale)), Math.Max(1, (int)Math.Round(pixels.Height * scale)));
            return full.Resize(size, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        }
    }
}
