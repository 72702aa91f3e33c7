using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ClockFunctions.Core.Imaging;

/// <summary>
/// torchvision's <c>rotate(interpolation=BILINEAR, expand=False, fill=0)</c>: about the image's centre, counter-clockwise, pixel
/// centres at halves, what lies outside of the source counts as black and blends with the border; rounded to bytes.
/// </summary>
internal static class Rotation
{
    /// <summary>Writes one part of the rotated image; the rest of it is never computed.</summary>
    /// <param name="image">The source.</param>
    /// <param name="degrees">Counter-clockwise angle.</param>
    /// <param name="part">Which part of the rotated image, which has the source's size.</param>
    /// <param name="target">Height × width × 3 bytes of the part.</param>
    public static unsafe void Write(PixelBuffer image, double degrees, CropBox part, Span<byte> target)
    {
        if (target.Length != part.Width * part.Height * PixelBuffer.Channels)
        {
            throw new ArgumentException("The target does not have the size of the part.", nameof(target));
        }

        (double sin, double cos) = Math.SinCos(degrees * Math.PI / 180);
        double centerX = image.Width / 2.0;
        double centerY = image.Height / 2.0;
        fixed (byte* source = image.Pixels)
        fixed (byte* rows = target)
        {
            for (int row = 0; row < part.Height; row++)
            {
                // Where the row's first pixel came from: the inverse rotation, in image coordinates (y runs down).
                double dx = part.Left + 0.5 - centerX;
                double dy = part.Top + row + 0.5 - centerY;
                double x = (cos * dx) - (sin * dy) + centerX - 0.5;
                double y = (sin * dx) + (cos * dy) + centerY - 0.5;

                // Most columns read well inside of the source, where four neighbours are always there to be read at once.
                (int from, int to) = Inside(x, cos, image.Width - 1, part.Width);
                (int fromY, int toY) = Inside(y, sin, image.Height - 2, part.Width);
                from = Math.Max(from, fromY);
                to = Math.Max(from, Math.Min(to, toY));
                byte* pixel = rows + ((long)row * part.Width * PixelBuffer.Channels);
                for (int column = 0; column < part.Width; column++, pixel += PixelBuffer.Channels)
                {
                    float sourceX = (float)(x + (column * cos));
                    float sourceY = (float)(y + (column * sin));
                    Vector128<float> rgb = column >= from && column < to
                        ? SampleInside(source, image.Width, sourceX, sourceY)
                        : Sample(source, image.Width, image.Height, sourceX, sourceY);
                    Store(rgb, pixel);
                }
            }
        }
    }

    /// <summary>The columns c for which 0 ≤ start + c · step &lt; end, less one at either end for rounding.</summary>
    private static (int From, int To) Inside(double start, double step, int end, int columns)
    {
        if (Math.Abs(step) < 1e-9)
        {
            return start >= 1e-3 && start < end - 1e-3 ? (0, columns) : (0, 0);
        }

        double atZero = -start / step;
        double atEnd = (end - start) / step;
        return (
            (int)Math.Clamp(Math.Ceiling(Math.Min(atZero, atEnd)) + 1, 0, columns),
            (int)Math.Clamp(Math.Floor(Math.Max(atZero, atEnd)) - 1, 0, columns));
    }

    /// <summary>The four neighbours must lie in the source, and one more row below them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector128<float> SampleInside(byte* source, int width, float x, float y)
    {
        int column = (int)x;
        int row = (int)y;
        byte* at = source + ((((long)row * width) + column) * PixelBuffer.Channels);
        byte* below = at + ((long)width * PixelBuffer.Channels);
        Vector128<float> right = Vector128.Create(x - column);
        Vector128<float> upper = Blend(FourBytes(at), FourBytes(at + PixelBuffer.Channels), right);
        Vector128<float> lower = Blend(FourBytes(below), FourBytes(below + PixelBuffer.Channels), right);
        return Blend(upper, lower, Vector128.Create(y - row));
    }

    private static unsafe Vector128<float> Sample(byte* source, int width, int height, float x, float y)
    {
        float left = MathF.Floor(x);
        float top = MathF.Floor(y);
        int column = (int)left;
        int row = (int)top;
        if (column < -1 || row < -1 || column >= width || row >= height)
        {
            return Vector128<float>.Zero;
        }

        Vector128<float> right = Vector128.Create(x - left);
        return Blend(
            Blend(Pixel(source, width, height, column, row), Pixel(source, width, height, column + 1, row), right),
            Blend(Pixel(source, width, height, column, row + 1), Pixel(source, width, height, column + 1, row + 1), right),
            Vector128.Create(y - top));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Blend(Vector128<float> from, Vector128<float> to, Vector128<float> share) =>
        Vector128.MultiplyAddEstimate(to - from, share, from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector128<float> FourBytes(byte* at)
    {
        Vector128<byte> bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(at)).AsByte();
        return Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32());
    }

    private static unsafe Vector128<float> Pixel(byte* source, int width, int height, int column, int row)
    {
        if (column < 0 || row < 0 || column >= width || row >= height)
        {
            return Vector128<float>.Zero;
        }

        byte* at = source + ((((long)row * width) + column) * PixelBuffer.Channels);
        return Vector128.Create((float)at[0], at[1], at[2], 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Store(Vector128<float> rgb, byte* pixel)
    {
        Vector128<int> levels = Vector128.ConvertToInt32Native(rgb + Vector128.Create(0.5f));
        uint packed = Vector128.Shuffle(levels.AsByte(), Vector128.Create((byte)0, 4, 8, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
            .AsUInt32().ToScalar();
        Unsafe.WriteUnaligned(pixel, (ushort)packed);
        pixel[2] = (byte)(packed >> 16);
    }
}
