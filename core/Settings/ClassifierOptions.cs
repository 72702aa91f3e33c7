using System.ComponentModel.DataAnnotations;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Settings;

/// <summary>
/// Every setting of the classifier: configuration section <c>Classifier</c>, or environment variables
/// such as <c>Classifier__Target</c>. Validated at start-up; see <see cref="OptionsValidation"/>.
/// </summary>
public sealed record ClassifierOptions
{
    public const string Section = "Classifier";

    /// <summary>The label the classifier answers about; every other label is a negative. Default <c>clock</c>.</summary>
    [Required, RegularExpression("^[^/\\\\]+$")]
    public string Target { get; init; } = "clock";

    /// <summary>
    /// ImageNet classes that mean the target, for the zero-shot heads: comma-separated 0-based ids or
    /// exact class names of the backbone. Default: analog clock, digital clock, digital watch, stopwatch, wall clock.
    /// </summary>
    [Required]
    public string TargetClasses { get; init; } = "409,530,531,826,892";

    /// <summary>A backbone's id (see <c>clocks backbone list</c>) or the path of its spec file.</summary>
    [Required]
    public string Backbone { get; init; } = Backbones.BackboneSpec.ShippedId;

    /// <summary>Folder of pulled and imported backbones. Default: <c>.clocks/backbones</c> in the user's home folder.</summary>
    public string? BackboneFolder { get; init; }

    /// <summary>How an image becomes the backbone's input. Default <see cref="Pipeline.Resize"/>.</summary>
    [EnumDataType(typeof(Pipeline))]
    public Pipeline Pipeline { get; init; } = Pipeline.Resize;

    public ZeroShotOptions ZeroShot { get; init; } = new();

    public ImageLimits Images { get; init; } = new();

    public TrainingOptions Training { get; init; } = new();

    public ServingOptions Serving { get; init; } = new();

    public CustomVisionOptions CustomVision { get; init; } = new();

    public TelemetryOptions Telemetry { get; init; } = new();
}

/// <summary>The head that answers before one was learned.</summary>
public sealed record ZeroShotOptions
{
    private const double CaseStudyThreshold = 0.007;

    /// <summary>
    /// Sum of the target classes' probabilities at or above which an image is the target (0–1). Default null: the backbone's own,
    /// or 0.007, the case study's, for one that names none.
    /// </summary>
    [Range(0.0, 1.0)]
    public double? Threshold { get; init; }

    /// <summary>Head <c>topk</c>: a target class among the k most probable (1–1000). Default 5.</summary>
    [Range(1, 1000)]
    public int K { get; init; } = 5;

    /// <summary>What <see cref="Threshold"/> comes to on a backbone.</summary>
    public double ThresholdFor(BackboneSpec backbone) => Threshold ?? backbone.SummedThreshold ?? CaseStudyThreshold;
}

/// <summary>Where traces and metrics go.</summary>
public sealed record TelemetryOptions
{
    /// <summary><c>none</c> (default), <c>console</c>, or <c>otlp</c> (endpoint from <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>).</summary>
    [RegularExpression("^(none|console|otlp)$", ErrorMessage = "Telemetry:Exporter must be none, console or otlp.")]
    public string Exporter { get; init; } = "none";
}
