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
        (double sin, double cos) = Math.SinCos(degrees * Math.PI / 180);
        double centerX = image.Width / 2.0;
        double centerY = image.Height / 2.0;
        int i = 0;
        fixed (byte* source = image.Pixels)
        {
            for (int row = 0; row < part.Height; row++)
            {
                // Where the row's first pixel came from: the inverse rotation, in image coordinates (y runs down).
                double dx = part.Left + 0.5 - centerX;
                double dy = part.Top + row + 0.5 - centerY;
                double x = (cos * dx) - (sin * dy) + centerX - 0.5;
                double y = (sin * dx) + (cos * dy) + centerY - 0.5;
                for (int column = 0; column < part.Width; column++, i += PixelBuffer.Channels)
                {
                    Vector128<int> rgb = Sample(source, image.Width, image.Height, (float)x, (float)y);
                    target[i] = (byte)rgb.GetElement(0);
                    target[i + 1] = (byte)rgb.GetElement(1);
                    target[i + 2] = (byte)rgb.GetElement(2);
                    x += cos;
                    y += sin;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector128<int> Sample(byte* source, int width, int height, float x, float y)
    {
        float left = MathF.Floor(x);
        float top = MathF.Floor(y);
        int column = (int)left;
        int row = (int)top;
        if (column < -1 || row < -1 || column >= width || row >= height)
        {
            return Vector128<int>.Zero;
        }

        float right = x - left;
        float bottom = y - top;
        Vector128<float> upper;
        Vector128<float> lower;

        // Inside, pixels are read as four bytes; the image's last pixel has no fourth.
        if (column >= 0 && row >= 0 && column + 1 < width && row + 2 < height)
        {
            byte* at = source + ((((long)row * width) + column) * PixelBuffer.Channels);
            byte* below = at + ((long)width * PixelBuffer.Channels);
            upper = Blend(FourBytes(at), FourBytes(at + PixelBuffer.Channels), right);
            lower = Blend(FourBytes(below), FourBytes(below + PixelBuffer.Channels), right);
        }
        else
        {
            upper = Blend(Pixel(source, width, height, column, row), Pixel(source, width, height, column + 1, row), right);
            lower = Blend(Pixel(source, width, height, column, row + 1), Pixel(source, width, height, column + 1, row + 1), right);
        }

        return Vector128.ConvertToInt32(Blend(upper, lower, bottom) + Vector128.Create(0.5f));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Blend(Vector128<float> from, Vector128<float> to, float share) =>
        Vector128.MultiplyAddEstimate(to - from, Vector128.Create(share), from);

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
}
