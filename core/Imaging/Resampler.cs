using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ClockFunctions.Core.Imaging;

/// <summary>
/// Resizes RGB bytes and writes them as a tensor in one pass over the image: each target row is weighed together from its source
/// rows (vertically, eight values at a time), then from its columns (horizontally, one pixel's channels at a time), normalised
/// and stored, while it is still in the first-level cache. Nothing is rounded to bytes in between.
/// </summary>
internal static class Resampler
{
    /// <param name="pixels">Source rows of R G B bytes.</param>
    /// <param name="stride">Bytes from one source row to the next.</param>
    /// <param name="columns">Target columns, relative to the start of a source row.</param>
    /// <param name="rows">Target rows, relative to the first source row.</param>
    /// <param name="format">What is stored for a pixel, and where.</param>
    /// <param name="tensor">3 × rows × columns values.</param>
    public static unsafe void Write(
        ReadOnlySpan<byte> pixels, int stride, ResizeAxis columns, ResizeAxis rows, in TensorFormat format, Span<float> tensor)
    {
        if (tensor.Length != columns.Count * rows.Count * PixelBuffer.Channels
            || pixels.Length < ((rows.SourceEnd - 1) * stride) + (columns.SourceEnd * PixelBuffer.Channels))
        {
            throw new ArgumentException("The pixels or the tensor do not have the size of the resize.");
        }

        int first = columns.SourceFirst * PixelBuffer.Channels;
        int values = (columns.SourceEnd * PixelBuffer.Channels) - first;

        // One pixel is loaded as four values, so the last one reads one value past the row.
        using RentedMemory<float> scratch = RentedMemory<float>.Rent(values + 1);
        scratch.GetSpan()[values] = 0;
        fixed (byte* source = pixels)
        fixed (float* row = scratch.GetSpan())
        fixed (float* target = tensor)
        fixed (float* rowWeights = rows.Weights)
        {
            for (int y = 0; y < rows.Count; y++)
            {
                byte* top = source + ((long)rows.Starts[y] * stride) + first;
                WeighRows(top, stride, rowWeights + (y * rows.Taps), rows.Taps, row, values);
                WeighColumns(row, columns, format, target, y, rows.Count);
            }
        }
    }

    private static unsafe void WeighRows(byte* top, int stride, float* weights, int taps, float* row, int values)
    {
        int width = Vector256<float>.Count;
        if (values < width)
        {
            for (int i = 0; i < values; i++)
            {
                row[i] = 0;
                for (int k = 0; k < taps; k++)
                {
                    row[i] += weights[k] * top[((long)k * stride) + i];
                }
            }

            return;
        }

        for (int i = 0; ; i += width)
        {
            i = Math.Min(i, values - width); // The last step overlaps the one before instead of passing the end.
            Vector256<float> sum = Vector256<float>.Zero;
            byte* at = top + i;
            for (int k = 0; k < taps; k++, at += stride)
            {
                sum = Vector256.MultiplyAddEstimate(EightBytes(at), Vector256.Create(weights[k]), sum);
            }

            sum.Store(row + i);
            if (i == values - width)
            {
                return;
            }
        }
    }

    private static unsafe void WeighColumns(
        float* row, ResizeAxis columns, in TensorFormat format, float* target, int y, int height)
    {
        int width = columns.Count;
        int taps = columns.Taps;
        int origin = columns.SourceFirst;
        Vector128<float> factor = format.Factor;
        Vector128<float> offset = format.Offset;
        (int red, int green, int blue, int step) = format.Places(y, width, height);
        fixed (int* starts = columns.Starts)
        fixed (float* allWeights = columns.Weights)
        {
            float* weights = allWeights;
            for (int x = 0; x < width; x++, weights += taps)
            {
                float* at = row + ((starts[x] - origin) * PixelBuffer.Channels);
                Vector128<float> sum = Vector128<float>.Zero;
                for (int k = 0; k < taps; k++, at += PixelBuffer.Channels)
                {
                    sum = Vector128.MultiplyAddEstimate(Vector128.Load(at), Vector128.Create(weights[k]), sum);
                }

                sum = Vector128.MultiplyAddEstimate(sum, factor, offset);
                target[red + (x * step)] = sum.GetElement(0);
                target[green + (x * step)] = sum.GetElement(1);
                target[blue + (x * step)] = sum.GetElement(2);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector256<float> EightBytes(byte* at)
    {
        if (Avx2.IsSupported)
        {
            return Avx.ConvertToVector256Single(Avx2.ConvertToVector256Int32(at));
        }

        Vector128<ushort> words = Vector128.WidenLower(Vector128.CreateScalar(Unsafe.ReadUnaligned<ulong>(at)).AsByte());
        return Vector256.Create(
            Vector128.ConvertToSingle(Vector128.WidenLower(words).AsInt32()),
            Vector128.ConvertToSingle(Vector128.WidenUpper(words).AsInt32()));
    }
}
