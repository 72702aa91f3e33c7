namespace ClockFunctions.Distill.Student;

/// <summary>What a step of the student does; every convolution is followed by batch norm, every step ends in a ReLU.</summary>
public enum BlockKind
{
    /// <summary><c>c</c>: one 3×3 convolution.</summary>
    Plain,

    /// <summary><c>r</c>: two 3×3 convolutions and the input added.</summary>
    Residual,

    /// <summary><c>p</c>: one 1×1 convolution.</summary>
    Point,

    /// <summary><c>d</c>: a 3×3 convolution a channel, then a 1×1 convolution.</summary>
    Depthwise,
}

/// <summary>One step, written as kind, channels and perhaps a stride: <c>c64/2</c>.</summary>
public sealed record Block(BlockKind Kind, int Channels, int Stride)
{
    public static Block Parse(string text)
    {
        BlockKind kind = text[0] switch
        {
            'c' => BlockKind.Plain,
            'r' => BlockKind.Residual,
            'p' => BlockKind.Point,
            'd' => BlockKind.Depthwise,
            _ => throw new FormatException($"'{text}' is no step: c, r, p or d, channels, and perhaps /stride."),
        };
        string[] parts = text[1..].Split('/');
        if (parts.Length > 2 || !int.TryParse(parts[0], out int channels) || channels <= 0)
        {
            throw new FormatException($"'{text}' is no step: for example c64/2.");
        }

        int stride = parts.Length == 2 ? int.Parse(parts[1]) : 1;
        return new(kind, channels, stride);
    }
}

/// <summary>Shape of one convolution: padding keeps H×W (divided by the stride, rounded up).</summary>
public sealed record ConvolutionShape(int Inputs, int Outputs, int Kernel, int Stride, int Groups)
{
    public int Padding => Kernel / 2;

    public long WeightCount => (long)Outputs * (Inputs / Groups) * Kernel * Kernel;
}
