using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Storage;

namespace ClockFunctions.Core.Serving;

/// <summary>One version of the registry, as the list of versions shows it.</summary>
public sealed record ModelSummary
{
    public required string Version { get; init; }

    /// <summary><c>current</c>, or the gate's decision when it was trained: <c>published</c> or <c>held</c>.</summary>
    public required string State { get; init; }

    /// <summary>Why it was published or held, in one sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>Why it cannot serve under the settings of now (another backbone, pipeline or target); null when it can.</summary>
    public string? Unusable { get; init; }

    public required DateTimeOffset Created { get; init; }

    public string? Parent { get; init; }

    public required string Target { get; init; }

    public required string Backbone { get; init; }

    public required string Pipeline { get; init; }

    /// <summary>Images by label that it was trained and validated on.</summary>
    public required IReadOnlyDictionary<string, int> LabelCounts { get; init; }

    public required double Threshold { get; init; }

    /// <summary>Whether there were too few images to hold some out: it was judged by leave-one-out.</summary>
    public required bool Provisional { get; init; }

    /// <summary>On its validation images.</summary>
    public required EvaluationMetrics Metrics { get; init; }

    /// <summary>Summaries of versions, each with whether it could serve under these settings.</summary>
    /// <param name="heads">Versions of the registry.</param>
    /// <param name="options">The settings.</param>
    /// <param name="backbones">Asked once, and only when there is a version to judge.</param>
    /// <exception cref="BackboneException">The backbone of the settings cannot be found.</exception>
    public static IReadOnlyList<ModelSummary> Of(
        IReadOnlyList<RegisteredHead> heads, ClassifierOptions options, BackboneCatalogue backbones)
    {
        if (heads.Count == 0)
        {
            return [];
        }

        BackboneSpec backbone = backbones.Resolve(options.Backbone).Spec;
        return [.. heads.Select(head => Of(head, CurrentModel.Refusal(head.Manifest, options, backbone)))];
    }

    private static ModelSummary Of(RegisteredHead head, string? unusable) => new()
    {
        Version = head.Version,
        State = head.State,
        Reason = head.Manifest.Reason,
        Unusable = unusable,
        Created = head.Manifest.Created,
        Parent = head.Manifest.Parent,
        Target = head.Manifest.Target,
        Backbone = head.Manifest.Backbone,
        Pipeline = head.Manifest.Pipeline,
        LabelCounts = head.Manifest.LabelCounts,
        Threshold = head.Manifest.Threshold,
        Provisional = head.Manifest.Provisional,
        Metrics = head.Manifest.Metrics,
    };
}

/// <summary>Every version.</summary>
/// <param name="Models">Newest first.</param>
/// <param name="Damaged">What should be in the list and cannot be read.</param>
public sealed record ModelList(IReadOnlyList<ModelSummary> Models, IReadOnlyList<DamagedHead> Damaged);

/// <summary>What answers while no learned model serves: stands where a trained head's manifest stands otherwise.</summary>
public sealed record ZeroShotDescription
{
    /// <summary>Always <c>zero-shot</c>.</summary>
    public string Version { get; init; } = ScoreModel.ZeroShotVersion;

    /// <summary>Always <c>summed</c>.</summary>
    public string Head { get; init; } = "summed";

    public required string Target { get; init; }

    /// <summary>The ImageNet classes whose probabilities are summed.</summary>
    public required IReadOnlyList<TargetClass> Classes { get; init; }

    public required double Threshold { get; init; }

    public required string Backbone { get; init; }

    public required string BackboneSha256 { get; init; }

    public required string Pipeline { get; init; }
}

/// <summary>
/// That nothing answers yet: the backbone gives features alone, and no head was trained on them. Stands where a trained head's manifest
/// stands otherwise.
/// </summary>
public sealed record UntrainedDescription
{
    /// <summary>Always <c>none</c>.</summary>
    public string Version { get; init; } = ScoreModel.None;

    /// <summary>Always <c>none</c>.</summary>
    public string Head { get; init; } = ScoreModel.None;

    public required string Target { get; init; }

    public required string Backbone { get; init; }

    public required string BackboneSha256 { get; init; }

    public required string Pipeline { get; init; }
}

/// <summary>An ImageNet class, 0-based.</summary>
public sealed record TargetClass(int Index, string Name);
