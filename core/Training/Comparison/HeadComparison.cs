using ClockFunctions.Core.Metrics;

namespace ClockFunctions.Core.Training.Comparison;

/// <summary>
/// Several heads on the same images, each image scored by a head that saw neither it nor its near-duplicates: the result of <c>clocks
/// compare</c>.
/// </summary>
public sealed record HeadComparison
{
    public required string Target { get; init; }

    public required IReadOnlyDictionary<string, int> LabelCounts { get; init; }

    /// <summary>k of the cross-validation.</summary>
    public required int Folds { get; init; }

    /// <summary>Images that were kept in one fold with a near-duplicate of theirs.</summary>
    public required int NearDuplicates { get; init; }

    public required IReadOnlyList<ComparisonRow> Rows { get; init; }

    /// <summary>Recipe <c>default</c> on fewer images; null when it was not asked for.</summary>
    public IReadOnlyList<LearningPoint>? LearningCurve { get; init; }

    /// <summary>Recipe <c>default</c> on draws of a few images, on every backbone and pipeline; null when it was not asked for.</summary>
    public IReadOnlyList<FewShotRow>? FewShot { get; init; }
}

/// <summary>One head of a comparison.</summary>
/// <param name="Backbone">Whose features.</param>
/// <param name="Pipeline"><c>resize</c>, <c>crop</c> or <c>full</c>.</param>
/// <param name="Head">In words: <c>summed at 0.007</c>, <c>topk, k 5</c>, <c>learned, recipe default</c>.</param>
/// <param name="Metrics">On all images, out of fold; of a learned head, at each fold's own threshold.</param>
/// <param name="CpuSeconds">
/// Processor time of training, all folds, features that are cached not included; null for a zero-shot head.
/// </param>
public sealed record ComparisonRow(string Backbone, string Pipeline, string Head, EvaluationMetrics Metrics, double? CpuSeconds)
{
    /// <summary>Whether the probabilities mean what they say, on all images, out of fold.</summary>
    public required ReliabilityCurve Reliability { get; init; }
}

/// <summary>Quality after training on fewer images.</summary>
/// <param name="Positives">Images of the target trained on, in each fold.</param>
/// <param name="Others">Other images trained on, in each fold, give or take one: in the folder's proportion.</param>
/// <param name="Metrics">On all images, out of fold.</param>
public sealed record LearningPoint(int Positives, int Others, EvaluationMetrics Metrics);
