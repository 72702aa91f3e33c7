using System.Runtime.Intrinsics;
using ClockFunctions.Core.Backbones;

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
}
