using ClockFunctions.Core.Imaging;
using SkiaSharp;

namespace ClockFunctions.Distill.Views;

/// <summary>Takes bitmaps apart into rows of R G B bytes.</summary>
public static class Pixels
{
    /// <summary>The bitmap's pixels without the alpha channel; the caller disposes them.</summary>
    public static PixelBuffer Of(SKBitmap bitmap)
    {
        PixelBuffer buffer = PixelBuffer.Rent(bitmap.Width, bitmap.Height);
        Write(bitmap, buffer.Pixels);
        return buffer;
    }

    /// <summary>Writes size×size×3 bytes of the bitmap scaled to a square.</summary>
    public static void Write(SKBitmap bitmap, int size, Span<byte> bytes)
    {
        SKSamplingOptions sampling = bitmap.Width < size ? new(SKCubicResampler.Mitchell) : new(SKFilterMode.Linear, SKMipmapMode.None);
        using SKBitmap scaled = bitmap.Resize(new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Opaque), sampling);
        Write(scaled, bytes);
    }

    private static void Write(SKBitmap bitmap, Span<byte> bytes)
    {
        ReadOnlySpan<byte> rgba = bitmap.GetPixelSpan();
        for (int i = 0; i < bitmap.Width * bitmap.Height; i++)
        {
            rgba.Slice(i * 4, 3).CopyTo(bytes[(i * 3)..]);
        }
    }
}
