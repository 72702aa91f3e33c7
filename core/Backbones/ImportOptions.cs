using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Backbones;

/// <summary>What an ONNX file does not say about itself.</summary>
public sealed record ImportOptions
{
    /// <summary>Id of the backbone: lower-case letters, digits, dot, dash and underscore.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// Default null: what the file's metadata says (<c>Image.BitmapPixelFormat</c>, <c>Image.NominalPixelRange</c>), or
    /// <see cref="InputNormalisation.ImageNet"/> where it says nothing.
    /// </summary>
    public InputNormalisation? Normalisation { get; init; }

    /// <summary>
    /// ONNX file whose only weight, of the input's shape without the batch, is subtracted from the pixels: the mean image of networks
    /// that were trained with one. Default null: none.
    /// </summary>
    public string? MeanImage { get; init; }

    /// <summary>Side of the input in pixels, where the file leaves it open; ignored where it does not. Default 224.</summary>
    public int Size { get; init; } = 224;

    /// <summary>Tensor to take as features. Default null: the input of the last fully connected layer, or the output of a
    /// network that gives features alone.</summary>
    public string? FeaturesTensor { get; init; }

    public string Licence { get; init; } = "unknown";

    public string Source { get; init; } = "unknown";
}
