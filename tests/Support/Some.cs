using System.Security.Cryptography;
using System.Text;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Metrics;

namespace ClockFunctions.Tests.Support;

/// <summary>Builders of ordinary values, for tests that care about one part of them.</summary>
public static class Some
{
    /// <summary>As the runtime throws it: no array may be that long.</summary>
    public static OutOfMemoryException OutOfMemory() => Assert.Throws<OutOfMemoryException>(() => new byte[int.MaxValue]);

    /// <summary>An image whose content hash follows from its label and name, unless content is given.</summary>
    public static TrainingImage Image(string label, string name, string? content = null) =>
        new(label, name, Hash(content ?? $"{label}/{name}"), 1000);

    public static string Hash(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));

    public static HeadManifest Manifest(byte[] weights, int featureWidth, double threshold = 0.5) => new()
    {
        Version = "20260102T030405Z-abcdef",
        Created = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        Target = "clock",
        LabelCounts = new Dictionary<string, int> { ["clock"] = 3, ["other"] = 5 },
        Backbone = "some-backbone",
        BackboneSha256 = Hash("backbone"),
        Pipeline = "resize",
        FeatureWidth = featureWidth,
        WeightsSha256 = Convert.ToHexStringLower(SHA256.HashData(weights)),
        Fingerprint = Hash("data"),
        Recipe = "default",
        RecipeOptions = new Dictionary<string, string> { ["views"] = "3" },
        Seed = 1,
        Metrics = Metrics(threshold),
        Threshold = threshold,
        ThresholdChoice = "max F1",
        Calibration = new PlattScaling(1, 0),
        State = "published",
        Reason = "The first head.",
    };

    public static EvaluationMetrics Metrics(double threshold = 0.5)
    {
        Interval one = new(1, 0.9, 1);
        return new EvaluationMetrics
        {
            Count = 8,
            Positives = 3,
            Threshold = threshold,
            Confusion = new ConfusionMatrix(3, 0, 0, 5),
            Accuracy = one,
            Precision = one,
            Recall = one,
            F1 = one,
            RocAuc = one,
            PrAuc = one,
            Brier = one,
            Ece = one,
        };
    }
}
