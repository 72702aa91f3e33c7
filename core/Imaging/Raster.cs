using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SkiaSharp;

namespace ClockFunctions.Core.Imaging;

/// <summary>
/// From what codecs write (RGBA, as stored) to what the rest reads (<see cref="PixelBuffer"/>: RGB, upright, opaque), and back.
/// </summary>
internal static class Raster
{
    /// <summary>Whether an EXIF orientation (1–8) turns the image by a quarter.</summary>
    public static bool SwapsSides(int orientation) => orientation is >= 5 and <= 8;

    /// <summary>
    /// Converts pixels. Upright ones are converted in place and keep their memory, in which case
    /// <paramref name="rgba"/> becomes null: the buffer owns it.
    /// </summary>
    /// <param name="rgba">Height × width × 4 bytes, rented from <see cref="PixelBuffer.RentBytes"/>.</param>
    /// <param name="width">Width as stored.</param>
    /// <param name="height">Height as stored.</param>
    /// <param name="orientation">EXIF orientation, 1–8; anything else counts as 1, upright.</param>
    /// <param name="alpha">What the fourth byte of a pixel means; transparency is laid onto white.</param>
    public static PixelBuffer ToRgb(ref byte[]? rgba, int width, int height, int orientation, SKAlphaType alpha)
    {
        ArgumentNullException.ThrowIfNull(rgba);
        int pixels = width * height;
        if (alpha != SKAlphaType.Opaque)
        {
            LayOntoWhite(rgba.AsSpan(0, pixels * 4), premultiplied: alpha == SKAlphaType.Premul);
        }

        if (orientation is < 2 or > 8)
        {
            Pack(rgba, pixels);
            PixelBuffer owner = PixelBuffer.Own(rgba, width, height);
            rgba = null;
            return owner;
        }

        PixelBuffer turned = SwapsSides(orientation) ? PixelBuffer.Rent(height, width) : PixelBuffer.Rent(width, height);
        Turn(rgba, width, height, orientation, turned.Pixels);
        return turned;
    }

    private static void LayOntoWhite(Span<byte> rgba, bool premultiplied)
    {
        for (int i = 0; i < rgba.Length; i += 4)
        {
            int alpha = rgba[i + 3];
            if (alpha != 255)
            {
                int factor = premultiplied ? 255 : alpha;
                int white = (255 * (255 - alpha)) + 127; // 127: rounds the division
                rgba[i] = (byte)(((rgba[i] * factor) + white) / 255);
                rgba[i + 1] = (byte)(((rgba[i + 1] * factor) + white) / 255);
                rgba[i + 2] = (byte)(((rgba[i + 2] * factor) + white) / 255);
            }
        }
    }

    /// <summary>Drops every fourth byte, in place: what is written never passes what is still to be read.</summary>
    private static void Pack(byte[] rgba, int pixels)
    {
        ref byte memory = ref MemoryMarshal.GetArrayDataReference(rgba);
        Vector128<byte> keep = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 3, 7, 11, 15);
        int i = 0;
        for (; i + 4 <= pixels; i += 4)
        {
            Vector128<byte> four = Vector128.LoadUnsafe(ref memory, (nuint)(i * 4));
            Vector128.Shuffle(four, keep).StoreUnsafe(ref memory, (nuint)(i * 3));
        }

        for (; i < pixels; i++)
        {
            rgba[i * 3] = rgba[i * 4];
            rgba[i * 3 + 1] = rgba[i * 4 + 1];
            rgba[i * 3 + 2] = rgba[i * 4 + 2];
        }
    }

    /// <summary>Undoes an EXIF orientation (Exif 2.32, tag 0x0112): where the stored pixel (x, y) lies in the upright image.</summary>
    private static void Turn(ReadOnlySpan<byte> rgba, int width, int height, int orientation, Span<byte> rgb)
    {
        // Position of stored (0, 0) in the upright image, and the steps there for one stored column and one stored row.
        (int origin, int column, int row) = orientation switch
        {
            2 => (width - 1, -1, width),
            3 => (width * height - 1, -1, -width),
            4 => ((height - 1) * width, 1, -width),
            5 => (0, height, 1),
            6 => (height - 1, height, -1),
            7 => (width * height - 1, -height, -1),
            8 => ((width - 1) * height, -height, 1),
            _ => throw new ArgumentOutOfRangeException(nameof(orientation)),
        };

        for (int y = 0; y < height; y++)
        {
            int to = origin + y * row;
            for (int x = 0; x < width; x++, to += column)
            {
                int from = (y * width + x) * 4;
                rgb[to * 3] = rgba[from];
                rgb[to * 3 + 1] = rgba[from + 1];
                rgb[to * 3 + 2] = rgba[from + 2];
            }
        }
    }

    /// <summary>A copy as a Skia bitmap, for drawing and encoding; for the caller to dispose.</summary>
    public static SKBitmap ToBitmap(PixelBuffer pixels)
    {
        SKBitmap bitmap = new(new SKImageInfo(pixels.Width, pixels.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Span<byte> rgba = bitmap.GetPixelSpan();
        ReadOnlySpan<byte> rgb = pixels.Pixels;
        for (int i = 0; i < pixels.Width * pixels.Height; i++)
        {
            rgba[i * 4] = rgb[i * 3];
            rgba[(i * 4) + 1] = rgb[(i * 3) + 1];
            rgba[(i * 4) + 2] = rgb[(i * 3) + 2];
            rgba[(i * 4) + 3] = 255;
        }

        return bitmap;
    }
}
