using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Reports;
using SkiaSharp;

namespace ClockFunctions.Tests.Support;

/// <summary>A report of a plausible head, with pictures, and names that try to break the page.</summary>
public static class SomeReport
{
    public const string HostileName = "\"><script>alert('x')</script>&.jpg";

    public static TrainingReport Of(int positives = 60, int negatives = 300, double separation = 4, int seed = 1)
    {
        ScoredImage[] scored = Scored.Random(positives, negatives, separation, seed);
        ThresholdChoice choice = ThresholdChoice.Choose(scored, "f1");
        EvaluationMetrics metrics = Evaluator.Evaluate(scored, choice.Threshold);
        int worst = Array.IndexOf(scored, scored.Where(image => !image.IsTarget).MaxBy(image => image.Probability));
        scored[worst] = scored[worst] with { Name = HostileName };

        return TrainingReport.OfTraining(Manifest(metrics, choice), "validation images, held out from training", scored) with
        {
            History = [.. Enumerable.Range(1, 100).Select(epoch => new EpochLoss(epoch, 0.05 + (0.6 / epoch), 0.09 + (0.55 / epoch)))],
            Costs = [new("default", 0.9, "measured"), new("notebook", 412.5, "estimated from the time of one epoch")],
            LeftOut = ["2 blobs have no label."],
            Rivals = [
                new("zero-shot, summed at 0.007", Evaluator.Evaluate(Scored.Random(positives, negatives, separation / 2, seed + 1), 0.5))],
            Seen = SeenImages.Of([new string('b', 64), new string('a', 64)], [new string('c', 64)]),
        };
    }

    /// <summary>A coloured square with a border for every picture of the report but one.</summary>
    public static IReadOnlyDictionary<string, byte[]> Thumbnails(TrainingReport report) => report.Pictures().Skip(1).Select((image, i) =>
    {
        using SKBitmap bitmap = new(96, 64 + (i % 3 * 16));
        bitmap.Erase(SKColor.FromHsv(i * 37 % 360, 60, 80));
        return (Key: TrainingReport.Key(image), Bytes: bitmap.Encode(SKEncodedImageFormat.Png, 90).ToArray());
    }).ToDictionary(picture => picture.Key, picture => picture.Bytes);

    private static HeadManifest Manifest(EvaluationMetrics metrics, ThresholdChoice choice) => new()
    {
        Version = "20260102T030405Z-abcdef",
        Created = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        Target = "clock",
        LabelCounts = new SortedDictionary<string, int> { ["clock"] = 165, ["other"] = 1027 },
        Backbone = "clocknet-s",
        BackboneSha256 = new string('1', 64),
        Pipeline = "resize",
        FeatureWidth = 512,
        WeightsSha256 = new string('2', 64),
        Fingerprint = "abcdef" + new string('0', 58),
        Recipe = "default",
        RecipeOptions = new SortedDictionary<string, string> { ["l2"] = "0.01", ["views"] = "3" },
        Seed = 1,
        Prior = new HeadPrior([409, 892], 0.9712, 0.25),
        Metrics = metrics,
        Threshold = choice.Threshold,
        ThresholdChoice = $"{choice.Description} on validation",
        Calibration = new PlattScaling(1.25, -0.5),
        State = "published",
        Reason = "ROC AUC 0.9971 on 360 validation images, against 0.9204 of the zero-shot head (tolerance 0.002).",
    };
}
