namespace ClockFunctions.Core.Imaging;

/// <summary>The tensor a backbone takes: value = (channel × <see cref="Scale"/> − mean) / std, channel in 0–255.</summary>
public sealed record InputSpec
{
    public required string Name { get; init; }

    public TensorLayout Layout { get; init; } = TensorLayout.Nchw;

    /// <summary>Native input height in pixels: used by <c>resize</c> and <c>crop</c>.</summary>
    public int Height { get; init; } = 224;

    /// <summary>Native input width in pixels.</summary>
    public int Width { get; init; } = 224;

    /// <summary>Whether height and width are free, so that pipeline <c>full</c> is possible.</summary>
    public bool DynamicSize { get; init; }

    /// <summary>Whether more than one image can go in at once.</summary>
    public bool DynamicBatch { get; init; }

    public ColorOrder ColorOrder { get; init; } = ColorOrder.Rgb;

    /// <summary>Factor applied to 0–255 values before mean and std. Default 1/255.</summary>
    public float Scale { get; init; } = 1 / 255f;

    /// <summary>A channel's mean after scaling, in the order of <see cref="ColorOrder"/>.</summary>
    public IReadOnlyList<float> Mean { get; init; } = [0.485f, 0.456f, 0.406f];

    /// <summary>A channel's standard deviation after scaling, in the order of <see cref="ColorOrder"/>.</summary>
    public IReadOnlyList<float> Std { get; init; } = [0.229f, 0.224f, 0.225f];
}

public enum TensorLayout
{
    Nchw,
    Nhwc,
}

public enum ColorOrder
{
    Rgb,
    Bgr,
}
