using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Backbones;

/// <summary>What an ONNX file does not say about itself.</summary>
public sealed record ImportOptions
{
    /// <summary>Id of the backbone: lower-case letters, digits, dot, dash and underscore.</summary>
    public required string Id { get; init; }

    /// <summary>Default <see cref="InputNormalisation.ImageNet"/>.</summary>
    public InputNormalisation Normalisation { get; init; } = InputNormalisation.ImageNet;

    /// <summary>Side of the input in pixels, where the file leaves it open; ignored where it does not. Default 224.</summary>
    public int Size { get; init; } = 224;

    /// <summary>Tensor to take as features. Default null: the input of the last fully connected layer, or what it is pooled from.</summary>
    public string? FeaturesTensor { get; init; }

    public string Licence { get; init; } = "unknown";

    public string Source { get; init; } = "unknown";
}
