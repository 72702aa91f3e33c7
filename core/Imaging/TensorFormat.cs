using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace ClockFunctions.Core.Imaging;

/// <summary>How an R G B pixel of 0–255 is stored in a tensor: value = channel × factor + offset, and the place of each channel.</summary>
internal readonly struct TensorFormat
{
    private readonly TensorLayout _layout;
    private readonly int _red;
    private readonly int _blue;

    private TensorFormat(TensorLayout layout, ColorOrder order, Vector128<float> factor, Vector128<float> offset)
    {
        _layout = layout;
        _red = order == ColorOrder.Rgb ? 0 : 2;
        _blue = 2 - _red;
        Factor = factor;
        Offset = offset;
    }

    /// <summary>Factors of R, G, B; the fourth is unused.</summary>
    public Vector128<float> Factor { get; }

    /// <summary>Offsets of R, G, B; the fourth is unused.</summary>
    public Vector128<float> Offset { get; }

    /// <summary>R G B planes of plain 0–255 values: for work on colours before <see cref="Of"/> applies.</summary>
    public static TensorFormat Plain { get; } =
        new(TensorLayout.Nchw, ColorOrder.Rgb, Vector128<float>.One, Vector128<float>.Zero);

    /// <summary>The form of a backbone's input.</summary>
    public static TensorFormat Of(InputSpec input)
    {
        int red = input.ColorOrder == ColorOrder.Rgb ? 0 : 2;
        Vector128<float> mean = Vector128.Create(input.Mean[red], input.Mean[1], input.Mean[2 - red], 0);
        Vector128<float> std = Vector128.Create(input.Std[red], input.Std[1], input.Std[2 - red], 1);
        return new(input.Layout, input.ColorOrder, Vector128.Create(input.Scale) / std, -mean / std);
    }

    /// <summary>Indices of the channels of row <paramref name="y"/>'s first pixel, and the step to the next pixel.</summary>
    public (int Red, int Green, int Blue, int Step) Places(int y, int width, int height)
    {
        int row = y * width;
        int plane = width * height;
        return _layout == TensorLayout.Nchw
            ? ((_red * plane) + row, plane + row, (_blue * plane) + row, 1)
            : ((row * 3) + _red, (row * 3) + 1, (row * 3) + _blue, 3);
    }

    /// <summary>Stores planes that were written as <see cref="Plain"/>.</summary>
    /// <param name="planes">R, G, B planes of 0–255 values.</param>
    /// <param name="width">Columns of a plane.</param>
    /// <param name="height">Rows of a plane.</param>
    /// <param name="flipped">Whether to swap left and right.</param>
    /// <param name="tensor">As many values as the planes.</param>
    public void Write(ReadOnlySpan<float> planes, int width, int height, bool flipped, Span<float> tensor)
    {
        if (tensor.Length != planes.Length)
        {
            throw new ArgumentException("The tensor does not have the size of the planes.", nameof(tensor));
        }

        for (int channel = 0; channel < PixelBuffer.Channels; channel++)
        {
            float factor = Factor.GetElement(channel);
            float offset = Offset.GetElement(channel);
            for (int y = 0; y < height; y++)
            {
                (int red, int green, int blue, int step) = Places(y, width, height);
                int first = channel == 0 ? red : channel == 1 ? green : blue;
                ReadOnlySpan<float> row = planes.Slice(((channel * height) + y) * width, width);
                if (step == 1)
                {
                    Span<float> target = tensor.Slice(first, width);
                    TensorPrimitives.Multiply(row, factor, target);
                    TensorPrimitives.Add(target, offset, target);
                    if (flipped)
                    {
                        target.Reverse();
                    }
                }
                else
                {
                    for (int x = 0; x < width; x++)
                    {
                        tensor[first + (x * step)] = (row[flipped ? width - 1 - x : x] * factor) + offset;
                    }
                }
            }
        }
    }
}
