using ClockFunctions.Core.Metrics;

namespace ClockFunctions.Core.Heads;

/// <summary>
/// <c>head.json</c>: what a trained head is, what it saw and how good it was. Written beside
/// <c>head.safetensors</c>, in the registry and by <c>clocks train -o</c> alike.
/// </summary>
public sealed record HeadManifest
{
    /// <summary>The <see cref="State"/> of a version that the gate let through.</summary>
    public const string Published = "published";

    public int SchemaVersion { get; init; } = 1;

    /// <summary><c>yyyyMMddTHHmmssZ-</c> and six hex digits of the fingerprint.</summary>
    public required string Version { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required string Target { get; init; }

    /// <summary>Training images by label, validation included.</summary>
    public required IReadOnlyDictionary<string, int> LabelCounts { get; init; }

    public required string Backbone { get; init; }

    public required string BackboneSha256 { get; init; }

    /// <summary>Identity of the backbone with its preprocessing; null in heads that were written before this was recorded.</summary>
    public string? BackboneIdentity { get; init; }

    /// <summary><c>resize</c>, <c>crop</c> or <c>full</c>.</summary>
    public required string Pipeline { get; init; }

    public required int FeatureWidth { get; init; }

    /// <summary>SHA-256 of <c>head.safetensors</c>, lower-case hex.</summary>
    public required string WeightsSha256 { get; init; }

    /// <summary>Hash over the sorted (label, name, content hash) of the training data.</summary>
    public required string Fingerprint { get; init; }

    /// <summary><c>default</c> or <c>notebook</c>, with every hyper-parameter it ran with.</summary>
    public required string Recipe { get; init; }

    public required IReadOnlyDictionary<string, string> RecipeOptions { get; init; }

    public required int Seed { get; init; }

    /// <summary>What the network knew before; null where it was not asked, as in heads of before this was recorded.</summary>
    public HeadPrior? Prior { get; init; }

    /// <summary>
    /// Whether there were too few images to hold some out: then it was trained on all of them, and <see cref="Metrics"/> are by
    /// leave-one-out. False in heads that were written before this was recorded.
    /// </summary>
    public bool Provisional { get; init; }

    /// <summary>
    /// How well it tells what is unlike its training photos; null in provisional versions, where there were too few photos to find out,
    /// and in heads that were written before this was recorded.
    /// </summary>
    public HeadNovelty? Novelty { get; init; }

    /// <summary>On validation images, at <see cref="Threshold"/>, each with its 95 % interval.</summary>
    public required EvaluationMetrics Metrics { get; init; }

    /// <summary>
    /// What it said about the validation images, which traffic is compared with; null in provisional versions and in heads that were
    /// written before this was recorded.
    /// </summary>
    public ScoreCounts? Validation { get; init; }

    public required double Threshold { get; init; }

    /// <summary>How the threshold was chosen, in words: <c>max F1 on validation</c>, <c>precision ≥ 0.97 on validation</c>.</summary>
    public required string ThresholdChoice { get; init; }

    /// <summary>Platt scaling that was folded into the weights: probability = sigmoid(a·z + b) of the raw score z.</summary>
    public required PlattScaling Calibration { get; init; }

    /// <summary>The version that was current when this one was trained; null for the first.</summary>
    public string? Parent { get; init; }

    /// <summary><c>published</c> or <c>held</c>: the gate's decision when it was trained.</summary>
    public required string State { get; init; }

    /// <summary>Why it was published or held, in one sentence.</summary>
    public required string Reason { get; init; }
}
