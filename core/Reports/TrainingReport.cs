using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Metrics;

namespace ClockFunctions.Core.Reports;

/// <summary>
/// <c>report.json</c>: how good a trained head is on some images, and everything that its page draws.
/// Written for every version of the registry, by <c>clocks train</c> and by <c>clocks evaluate</c>.
/// </summary>
public sealed record TrainingReport
{
    /// <summary>Most pictures in each of the contact sheets.</summary>
    public const int MostPictures = 24;

    public int SchemaVersion { get; init; } = 1;

    /// <summary>The head, what it was trained on and what the gate decided.</summary>
    public required HeadManifest Manifest { get; init; }

    /// <summary>The images that it was measured on.</summary>
    public required EvaluationSubject Subject { get; init; }

    public required EvaluationMetrics Metrics { get; init; }

    /// <summary>How the threshold of <see cref="Metrics"/> was chosen, in words.</summary>
    public required string ThresholdChoice { get; init; }

    /// <summary>Null when a class is missing.</summary>
    public RocCurve? Roc { get; init; }

    /// <summary>Null when a class is missing.</summary>
    public PrecisionRecallCurve? PrecisionRecall { get; init; }

    public required ReliabilityCurve Reliability { get; init; }

    public required ScoreHistogram Histogram { get; init; }

    public required ThresholdSweep Sweep { get; init; }

    /// <summary>Loss by epoch (or by iteration of the optimiser); empty when it was not recorded.</summary>
    public IReadOnlyList<EpochLoss> History { get; init; } = [];

    /// <summary>What training took, and what other recipes would have.</summary>
    public IReadOnlyList<TrainingCost> Costs { get; init; } = [];

    /// <summary>What lay beside the images and was not trained on, a sentence for each kind; empty when there was nothing.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>Other heads on the same images: the one that the gate compared with, and the zero-shot heads.</summary>
    public IReadOnlyList<RivalHead> Rivals { get; init; } = [];

    /// <summary>Images on the wrong side of the threshold, the farthest first; at most <see cref="MostPictures"/>.</summary>
    public required IReadOnlyList<ScoredImage> Mistakes { get; init; }

    /// <summary>Images nearest to the threshold, right or wrong, the nearest first; at most <see cref="MostPictures"/>.</summary>
    public required IReadOnlyList<ScoredImage> Uncertain { get; init; }

    /// <summary>
    /// Images least like the training photos, the farthest first; at most <see cref="MostPictures"/>, none where the head cannot tell them.
    /// </summary>
    public IReadOnlyList<NovelImage> Novel { get; init; } = [];

    /// <summary>The images that training saw, so that a later evaluation can say whether it overlaps; null when unknown.</summary>
    public SeenImages? Seen { get; init; }

    /// <summary>The pictures that the page shows: what to make thumbnails of.</summary>
    public IEnumerable<ScoredImage> Pictures() => Mistakes.Concat(Uncertain).Concat(Novel.Select(novel => novel.Image)).DistinctBy(Key);

    /// <summary>The key of an image's thumbnail: <c>{label}/{name}</c>.</summary>
    public static string Key(ScoredImage image) => $"{image.Label}/{image.Name}";

    /// <summary>The report of a training, at the manifest's threshold and with its metrics.</summary>
    /// <param name="manifest">With the metrics of these images in it.</param>
    /// <param name="description">What the images are, in words, to follow their number.</param>
    /// <param name="judged">The images, each scored by a head that had not seen it.</param>
    public static TrainingReport OfTraining(HeadManifest manifest, string description, IReadOnlyList<ScoredImage> judged) =>
        Of(manifest, EvaluationSubject.Of(description, judged), judged, manifest.Metrics, manifest.ThresholdChoice);

    /// <param name="manifest">The head's.</param>
    /// <param name="subject">What the images are.</param>
    /// <param name="scored">At least one image.</param>
    /// <param name="metrics">Of these images, at the threshold to report.</param>
    /// <param name="thresholdChoice">How that threshold was chosen, in words.</param>
    public static TrainingReport Of(
        HeadManifest manifest, EvaluationSubject subject, IReadOnlyList<ScoredImage> scored, EvaluationMetrics metrics,
        string thresholdChoice)
    {
        double threshold = metrics.Threshold;
        return new TrainingReport
        {
            Manifest = manifest,
            Subject = subject,
            Metrics = metrics,
            ThresholdChoice = thresholdChoice,
            Roc = RocCurve.Of(scored),
            PrecisionRecall = PrecisionRecallCurve.Of(scored),
            Reliability = ReliabilityCurve.Of(scored),
            Histogram = ScoreHistogram.Of(scored),
            Sweep = ThresholdSweep.Of(scored),
            Mistakes = [.. scored
                .Where(image => image.Probability >= threshold != image.IsTarget)
                .OrderByDescending(image => Math.Abs(image.Probability - threshold)).ThenBy(Key, StringComparer.Ordinal)
                .Take(MostPictures)],
            Uncertain = [.. scored
                .OrderBy(image => Math.Abs(LogOdds(image.Probability) - LogOdds(threshold))).ThenBy(Key, StringComparer.Ordinal)
                .Take(MostPictures)],
        };
    }

    /// <summary>Log-odds, in which 0.999 is as far from 0.99 as 0.5 is from 0.09; certainties are kept finite.</summary>
    private static double LogOdds(double probability)
    {
        double inside = Math.Clamp(probability, 1e-12, 1 - 1e-12);
        return Math.Log(inside / (1 - inside));
    }
}

/// <summary>The images that a head was measured on.</summary>
/// <param name="Description">In words, to follow their number: <c>validation images, held out from training</c>.</param>
/// <param name="LabelCounts">How many carry each label.</param>
public sealed record EvaluationSubject(string Description, IReadOnlyDictionary<string, int> LabelCounts)
{
    /// <summary>How many of them the head was trained on; null when that is not known.</summary>
    public int? TrainedOn { get; init; }

    /// <summary>How many of them were the head's validation images; null when that is not known.</summary>
    public int? ValidatedOn { get; init; }

    public static EvaluationSubject Of(string description, IReadOnlyList<ScoredImage> scored) => new(
        description,
        new SortedDictionary<string, int>(scored.CountBy(image => image.Label).ToDictionary(), StringComparer.Ordinal));
}

/// <summary>Mean loss after an epoch.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Train">On training views.</param>
/// <param name="Validation">On validation images; null when it was not measured.</param>
public sealed record EpochLoss(int Epoch, double Train, double? Validation);

/// <summary>What a recipe's training takes, features included where it computes them.</summary>
/// <param name="Recipe"><c>default</c> or <c>notebook</c>.</param>
/// <param name="CpuSeconds">Processor time, summed over cores.</param>
/// <param name="How">Where the figure is from: <c>measured</c>, or how it was estimated.</param>
public sealed record TrainingCost(string Recipe, double CpuSeconds, string How);

/// <summary>Another head on the same images.</summary>
/// <param name="Name">In words: <c>current head 20260101T000000Z-abcdef</c>, <c>zero-shot, summed at 0.007</c>.</param>
/// <param name="Metrics">At its own threshold.</param>
public sealed record RivalHead(string Name, EvaluationMetrics Metrics);
