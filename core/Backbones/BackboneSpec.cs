using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Backbones;

/// <summary>
/// Everything needed to run one ONNX file as a backbone: stored as <c>{id}.json</c> beside the file.
/// Tensors are float32; N is the batch.
/// </summary>
public sealed record BackboneSpec
{
    /// <summary>Id of the backbone that ships with the project.</summary>
    public const string ShippedId = "clocknet-s";

    public required string Id { get; init; }

    /// <summary>File name of the ONNX model, relative to the spec file.</summary>
    public required string File { get; init; }

    /// <summary>SHA-256 of the ONNX file, lower-case hex. Not the backbone's whole identity: see <see cref="Identity"/>.</summary>
    public required string Sha256 { get; init; }

    public required long Bytes { get; init; }

    public required InputSpec Input { get; init; }

    /// <summary>Name of the features output, N×<see cref="FeatureWidth"/>.</summary>
    public required string FeaturesTensor { get; init; }

    public required int FeatureWidth { get; init; }

    /// <summary>
    /// Name of the feature map output (N×F×h×w, whatever the input's layout) whose spatial mean is the features; null when there is none.
    /// </summary>
    public string? FeatureMapTensor { get; init; }

    /// <summary>
    /// Name of the class output, N×<see cref="ClassCount"/>; null where the network gives features alone. Then there is no zero-shot
    /// head, and nothing answers before the first training.
    /// </summary>
    public string? ClassTensor { get; init; }

    /// <summary>
    /// Whether <see cref="ClassTensor"/> is logits or already probabilities (softmax inside); null without classes.
    /// </summary>
    public ClassOutput? ClassOutput { get; init; }

    /// <summary>1000, or 1001 where class 0 is a background class that ids skip; null without classes.</summary>
    public int? ClassCount { get; init; }

    /// <summary>Whether it knows the classes of ImageNet, which the zero-shot heads add up.</summary>
    [JsonIgnore]
    [MemberNotNullWhen(true, nameof(ClassTensor), nameof(ClassOutput), nameof(ClassCount))]
    public bool HasClasses => ClassTensor is not null && ClassOutput is not null && ClassCount is not null;

    /// <summary>
    /// The layer that makes the classes of the features; null where there is none that is linear, and in specs that were written
    /// before this was recorded.
    /// </summary>
    public ClassifierLayer? Classifier { get; init; }

    /// <summary>
    /// Threshold (0–1) of head <c>summed</c> that suits how sure of itself this network is; null where nobody measured it.
    /// </summary>
    public double? SummedThreshold { get; init; }

    /// <summary>SHA-256 of the file that was imported, lower-case hex: import rewrites it. Null for the shipped backbone.</summary>
    public string? SourceSha256 { get; init; }

    /// <summary>
    /// Identifies what this backbone makes of an image: SHA-256, lower-case hex, over the file's hash and everything in the spec that
    /// changes its outputs. One file imported with another normalisation is another backbone; cached features and heads are filed under
    /// this.
    /// </summary>
    [JsonIgnore]
    public string Identity => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
        new { Sha256, Input, FeaturesTensor, FeatureWidth, ClassTensor, ClassOutput, ClassCount }, Json.Compact)));

    public string Licence { get; init; } = "unknown";

    public string Source { get; init; } = "unknown";
}

public enum ClassOutput
{
    Logits,
    Probabilities,
}
