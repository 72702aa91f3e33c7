using System.Text.Json.Serialization;

namespace ClockFunctions.Core.Metrics;

/// <summary>A binary classifier's quality on a set of scored images, at one threshold.</summary>
public sealed record EvaluationMetrics
{
    /// <summary>Images scored.</summary>
    public required int Count { get; init; }

    /// <summary>Images of the target among them.</summary>
    public required int Positives { get; init; }

    public required double Threshold { get; init; }

    public required ConfusionMatrix Confusion { get; init; }

    public required Interval Accuracy { get; init; }

    public required Interval Precision { get; init; }

    public required Interval Recall { get; init; }

    /// <summary>Share of the other images that were called the target by mistake.</summary>
    public Interval FalseAlarmRate { get; init; } = new(null, null, null);

    public required Interval F1 { get; init; }

    /// <summary>Area under the ROC curve, ties counted half; its value is null when a class is missing.</summary>
    public required Interval RocAuc { get; init; }

    /// <summary>Area under the precision-recall curve as average precision; its value is null when a class is missing.</summary>
    public required Interval PrAuc { get; init; }

    /// <summary>Mean squared error of the probability (Brier 1950), 0 is best.</summary>
    public required Interval Brier { get; init; }

    /// <summary>Expected calibration error over ten equal-width bins (Naeini et al. 2015), 0 is best.</summary>
    public required Interval Ece { get; init; }
}

/// <summary>A value and its 95 % interval, see <see cref="Evaluator"/>; all null where it cannot be computed.</summary>
public sealed record Interval(double? Value, double? Low, double? High);

/// <summary>Counts of decisions against truth.</summary>
public sealed record ConfusionMatrix(int TruePositives, int FalsePositives, int FalseNegatives, int TrueNegatives)
{
    /// <summary>Share of the images called the target that are; null when none was called so.</summary>
    [JsonIgnore]
    public double? Precision => Ratio(TruePositives, TruePositives + FalsePositives);

    /// <summary>Share of the target's images that were called so; null when there are none.</summary>
    [JsonIgnore]
    public double? Recall => Ratio(TruePositives, TruePositives + FalseNegatives);

    /// <summary>Share of the other images that were called the target by mistake; null when there are none.</summary>
    [JsonIgnore]
    public double? FalseAlarmRate => Ratio(FalsePositives, FalsePositives + TrueNegatives);

    /// <summary>Harmonic mean of precision and recall; null when nothing is, or is called, the target.</summary>
    [JsonIgnore]
    public double? F1 => Ratio(2 * TruePositives, (2 * TruePositives) + FalsePositives + FalseNegatives);

    /// <summary>Share of right decisions; null when there are no images.</summary>
    [JsonIgnore]
    public double? Accuracy => Ratio(TruePositives + TrueNegatives, TruePositives + FalsePositives + FalseNegatives + TrueNegatives);

    private static double? Ratio(int part, int whole) => whole == 0 ? null : (double)part / whole;
}

/// <summary>probability = 1 / (1 + exp(−(A·z + B))) of a raw score z (Platt 1999).</summary>
public sealed record PlattScaling(double A, double B);

/// <summary>One image with its truth and its score.</summary>
/// <param name="Label">The label it was filed under.</param>
/// <param name="Name">Its name within the label.</param>
/// <param name="IsTarget">Whether the label is the target.</param>
/// <param name="Probability">The head's answer, 0–1.</param>
public sealed record ScoredImage(string Label, string Name, bool IsTarget, double Probability);
