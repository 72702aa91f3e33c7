using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SkiaSharp;

namespace ClockFunctions.Core.Imaging;

/// <summary>
/// From what codecs write (RGBA, as stored) to what the rest reads (<see cref="PixelBuffer"/>: RGB, upright, opaque), and back.
/// </summary>
internal static class Raster
{
    private const int Rgba = 4;

    /// <summary>Whether an EXIF orientation (1–8) turns the image by a quarter.</summary>
    public static bool SwapsSides(int orientation) => orientation is >= 5 and <= 8;

    /// <summary>
    /// Converts pixels. Upright ones are converted in place and keep their memory, in which case
    /// <paramref name="rgba"/> becomes null: the buffer owns it.
    /// </summary>
    /// <param name="rgba">Height × width × 4 bytes.</param>
    /// <param name="width">Width as stored.</param>
    /// <param name="height">Height as stored.</param>
    /// <param name="orientation">EXIF orientation, 1–8; anything else counts as 1, upright.</param>
    /// <param name="alpha">What the fourth byte of a pixel means; transparency is laid onto white.</param>
    public static PixelBuffer ToRgb(ref RentedMemory<byte>? rgba, int width, int height, int orientation, SKAlphaType alpha)
    {
        ArgumentNullException.ThrowIfNull(rgba);
        int pixels = width * height;
        if (alpha != SKAlphaType.Opaque)
        {
            LayOntoWhite(rgba.GetSpan()[..(pixels * Rgba)], premultiplied: alpha == SKAlphaType.Premul);
        }

        if (orientation is < 2 or > 8)
        {
            Pack(rgba.GetSpan(), pixels);
            PixelBuffer owner = PixelBuffer.Own(rgba, width, height);
            rgba = null;
            return owner;
        }

        return Turn(rgba.GetSpan(), Rgba, width, height, orientation);
    }

    /// <summary>The pixels as the orientation says; what was given is disposed of unless it is what comes back.</summary>
    public static PixelBuffer Upright(PixelBuffer stored, int orientation)
    {
        if (orientation is < 2 or > 8)
        {
            return stored;
        }

        using (stored)
        {
            return Turn(stored.Pixels, PixelBuffer.Channels, stored.Width, stored.Height, orientation);
        }
    }

    /// <summary>
    /// Averages squares of pixels into one, as a JPEG's decoder does when it shrinks by 2, 4 or 8; the rest at the right and at the
    /// bottom makes pixels of its own. Transparency is laid onto white before.
    /// </summary>
    /// <param name="pixels">Height × width × channels bytes, which may be changed.</param>
    /// <param name="channels">3: R G B; 4: R G B and opacity.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="reduction">Side of a square; 1 only copies.</param>
    public static PixelBuffer Reduce(Span<byte> pixels, int channels, int width, int height, int reduction)
    {
        if (channels == Rgba)
        {
            LayOntoWhite(pixels, premultiplied: false);
        }

        PixelBuffer reduced = PixelBuffer.Rent((width + reduction - 1) / reduction, (height + reduction - 1) / reduction);
        if (reduction == 1)
        {
            Copy(pixels, channels, reduced.Pixels);
            return reduced;
        }

        using RentedMemory<int> sums = RentedMemory<int>.Rent(reduced.Width * PixelBuffer.Channels);
        int stride = width * channels;
        for (int row = 0; row < reduced.Height; row++)
        {
            sums.GetSpan().Clear();
            int end = Math.Min(height, (row + 1) * reduction);
            for (int y = row * reduction; y < end; y++)
            {
                Sum(pixels.Slice(y * stride, stride), channels, reduction, sums.GetSpan());
            }

            int rows = end - (row * reduction);
            Span<byte> target = reduced.Pixels.Slice(row * reduced.Width * PixelBuffer.Channels, reduced.Width * PixelBuffer.Channels);
            for (int i = 0; i < target.Length; i++)
            {
                int count = rows * Math.Min(reduction, width - (i / PixelBuffer.Channels * reduction));
                target[i] = (byte)((sums.GetSpan()[i] + (count / 2)) / count);
            }
        }

        return reduced;
    }

    private static void Copy(Span<byte> pixels, int channels, Span<byte> rgb)
    {
        if (channels == Rgba)
        {
            Pack(pixels, pixels.Length / Rgba);
        }

        pixels[..rgb.Length].CopyTo(rgb);
    }

    private static void Sum(ReadOnlySpan<byte> row, int channels, int reduction, Span<int> sums)
    {
        for (int square = 0; !row.IsEmpty; square += PixelBuffer.Channels)
        {
            ReadOnlySpan<byte> part = row[..Math.Min(row.Length, reduction * channels)];
            (int red, int green, int blue) = (0, 0, 0);
            for (int at = 0; at + 2 < part.Length; at += channels)
            {
                red += part[at];
                green += part[at + 1];
                blue += part[at + 2];
            }

            sums[square] += red;
            sums[square + 1] += green;
            sums[square + 2] += blue;
            row = row[part.Length..];
        }
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
    private static void Pack(Span<byte> rgba, int pixels)
    {
        ref byte memory = ref MemoryMarshal.GetReference(rgba);
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
    private static PixelBuffer Turn(ReadOnlySpan<byte> stored, int channels, int width, int height, int orientation)
    {
        PixelBuffer turned = SwapsSides(orientation) ? PixelBuffer.Rent(height, width) : PixelBuffer.Rent(width, height);
        Span<byte> rgb = turned.Pixels;

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
                stored.Slice(((y * width) + x) * channels, PixelBuffer.Channels).CopyTo(rgb[(to * PixelBuffer.Channels)..]);
            }
        }

        return turned;
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
