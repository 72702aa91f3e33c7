using System.ComponentModel.DataAnnotations;

namespace ClockFunctions.Core.Settings;

/// <summary>When and how the head is retrained from the training container.</summary>
public sealed record TrainingOptions
{
    /// <summary>
    /// How a blob's name gives its label: <c>folder</c> (default: the first path segment), or
    /// <c>regex:PATTERN=LABEL;…;*=LABEL</c> for flat names, the first match deciding.
    /// <c>notebook</c> is the case study's, <c>regex:_=other;*=clock</c>.
    /// </summary>
    [Required]
    public string LabelRule { get; init; } = "folder";

    /// <summary>Training starts when no image has landed for this long (0–600 s). Default 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan QuietPeriod { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Training starts at the latest this long after the first unseen image (0–1 h). Default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often the container is compared with what the models saw (1 s – 1 day). Default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan ReconcileInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Cached renderings an image: the clean one and augmented ones (1–32). Default 3.</summary>
    [Range(1, 32)]
    public int Views { get; init; } = 3;

    /// <summary>Share of images held out for validation (0.05–0.5). Default 0.3.</summary>
    [Range(0.05, 0.5)]
    public double ValidationFraction { get; init; } = 0.3;

    /// <summary><c>hash</c> (default: membership decided by the image's content) or <c>random</c> (the notebook's, by seed).</summary>
    [RegularExpression("^(hash|random)$", ErrorMessage = "must be hash or random.")]
    public string Split { get; init; } = "hash";

    /// <summary>
    /// Images of the target and of others needed on each side of the split to hold some out (1–1000); with fewer, down to one of
    /// each, the head is provisional: trained on all of them and judged by leave-one-out. Default 2.
    /// </summary>
    [Range(1, 1000)]
    public int MinimumPerSide { get; init; } = 2;

    /// <summary>What the threshold aims at: <c>f1</c> (default), <c>precision:0.97</c> or <c>recall:0.99</c> (the floor to hold).</summary>
    [RegularExpression(
        @"^(f1|precision:(0?\.\d+|1(\.0+)?)|recall:(0?\.\d+|1(\.0+)?))$",
        ErrorMessage = "must be f1, precision:FLOOR or recall:FLOOR, FLOOR in 0–1.")]
    public string Aim { get; init; } = "f1";

    /// <summary>
    /// How much validation ROC AUC a candidate may lose against the current head and still be published (0–0.5). Default 0.002.
    /// </summary>
    [Range(0.0, 0.5)]
    public double GateTolerance { get; init; } = 0.002;

    /// <summary>
    /// How many trained versions are kept, and how many published ones: older ones are deleted after a training, but never the
    /// current one and those that it came from (1–100,000). Default 50.
    /// </summary>
    [Range(1, 100_000)]
    public int KeepVersions { get; init; } = 50;

    /// <summary>Seed of everything random in a training. Default 1.</summary>
    public int Seed { get; init; } = 1;
}
