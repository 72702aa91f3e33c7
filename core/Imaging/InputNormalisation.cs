namespace ClockFunctions.Core.Imaging;

/// <summary>
/// How pixels become numbers: value = (channel × <see cref="Scale"/> − mean) / std, channel in 0–255.
/// A model file does not say which it was trained with, so import takes one.
/// </summary>
public sealed record InputNormalisation(
    float Scale, IReadOnlyList<float> Mean, IReadOnlyList<float> Std, ColorOrder ColorOrder = ColorOrder.Rgb)
{
    /// <summary>What the ONNX model zoo and torchvision use: RGB in 0–1, less ImageNet's mean, by its deviation.</summary>
    public static InputNormalisation ImageNet { get; } = new(1 / 255f, [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    /// <summary>RGB in −1–1, as TensorFlow's Inception and MobileNet take it.</summary>
    public static InputNormalisation TensorFlow { get; } = new(1 / 127.5f, [1, 1, 1], [1, 1, 1]);

    /// <summary>(RGB − 127) / 128, as EfficientNet-Lite takes it.</summary>
    public static InputNormalisation Lite { get; } = new(1, [127, 127, 127], [128, 128, 128]);

    /// <summary>BGR in 0–255 less the mean of ImageNet, as Caffe's models take it.</summary>
    public static InputNormalisation Caffe { get; } = new(1, [104, 117, 123], [1, 1, 1], ColorOrder.Bgr);

    /// <summary>RGB in 0–1 and nothing else.</summary>
    public static InputNormalisation Unit { get; } = new(1 / 255f, [0, 0, 0], [1, 1, 1]);

    /// <summary>RGB in 0–255: the model normalises inside.</summary>
    public static InputNormalisation Raw { get; } = new(1, [0, 0, 0], [1, 1, 1]);

    /// <summary>The presets by the names that the command line uses.</summary>
    public static IReadOnlyDictionary<string, InputNormalisation> Presets { get; } = new Dictionary<string, InputNormalisation>
    {
        ["imagenet"] = ImageNet,
        ["tf"] = TensorFlow,
        ["lite"] = Lite,
        ["caffe"] = Caffe,
        ["unit"] = Unit,
        ["raw"] = Raw,
    };
}
