using System.Diagnostics;
using System.Diagnostics.Metrics;
using ClockFunctions.Core.Backbones;

namespace ClockFunctions.Core.Observability;

/// <summary>The traces and metrics of the classifier. They cost nothing while nobody listens.</summary>
public static class Telemetry
{
    /// <summary>Name of the activity source and of the meter.</summary>
    public const string Name = "ClockFunctions";

    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> StageSeconds = Meter.CreateHistogram<double>(
        "clocks.score.stage.duration", "s", "What one stage of a score took; tag stage.", advice: Buckets(0.0005, 1));

    private static readonly Histogram<double> ScoreSeconds = Meter.CreateHistogram<double>(
        "clocks.score.duration", "s", "What a score took, its wait for a place included; tag outcome.", advice: Buckets(0.001, 10));

    private static readonly Histogram<double> TrainingSeconds = Meter.CreateHistogram<double>(
        "clocks.training.duration", "s", "What a training took, from listing the container to the gate; tag outcome.",
        advice: Buckets(0.1, 600));

    private static readonly Counter<long> Trainings = Meter.CreateCounter<long>(
        "clocks.trainings", "{training}", "Trainings that ended; tag outcome.");

    private static readonly Gauge<int> ImagesByLabel = Meter.CreateGauge<int>(
        "clocks.training.images", "{image}", "Images that the last training saw; tag label.");

    private static readonly Counter<long> ImagesAnswered = Meter.CreateCounter<long>(
        "clocks.score.images", "{image}", "Images scored; tags head and target.");

    private static readonly Gauge<int> ModelInfo = Meter.CreateGauge<int>(
        "clocks.model.info", "{model}", "1 for the version that serves, 0 for the one before it; tag version.");

    private static readonly Gauge<double> TrafficStability = Meter.CreateGauge<double>(
        "clocks.traffic.stability", "1",
        "Population stability index of what is scored against the validation photos, above 0.25 is much; tag of.");

    public static ActivitySource Activities { get; } = new(Name);

    /// <summary>An image was answered, or not: <paramref name="outcome"/> is <c>scored</c> or a problem's type.</summary>
    public static void ScoreDone(string outcome, double seconds) =>
        ScoreSeconds.Record(seconds, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>An image was scored: what came out, and what each stage took, the last one ending now.</summary>
    public static void Scored(string head, bool isTarget, ExtractionTiming extraction, TimeSpan headTime)
    {
        ImagesAnswered.Add(1, new KeyValuePair<string, object?>("head", head), new KeyValuePair<string, object?>("target", isTarget));
        ReadOnlySpan<(string Name, TimeSpan Took)> stages =
            [("decode", extraction.Decode), ("preprocess", extraction.Preprocess), ("backbone", extraction.Backbone), ("head", headTime)];
        foreach ((string name, TimeSpan took) in stages)
        {
            StageSeconds.Record(took.TotalSeconds, new KeyValuePair<string, object?>("stage", name));
        }

        if (Activities.HasListeners())
        {
            AddSpans(stages);
        }
    }

    /// <summary>A training ended: <paramref name="outcome"/> is <c>published</c>, <c>held</c> or <c>failed</c>.</summary>
    public static void TrainingDone(string outcome, double seconds)
    {
        KeyValuePair<string, object?> tag = new("outcome", outcome);
        Trainings.Add(1, tag);
        TrainingSeconds.Record(seconds, tag);
    }

    public static void TrainingSaw(IReadOnlyDictionary<string, int> imagesByLabel)
    {
        foreach ((string label, int count) in imagesByLabel)
        {
            ImagesByLabel.Record(count, new KeyValuePair<string, object?>("label", label));
        }
    }

    public static void ModelChanged(string? from, string to)
    {
        if (from is not null)
        {
            ModelInfo.Record(0, new KeyValuePair<string, object?>("version", from));
        }

        ModelInfo.Record(1, new KeyValuePair<string, object?>("version", to));
    }

    /// <summary>What is scored was compared with the validation photos.</summary>
    public static void TrafficCompared(double probability, double? novelty)
    {
        TrafficStability.Record(probability, new KeyValuePair<string, object?>("of", "probability"));
        if (novelty is { } index)
        {
            TrafficStability.Record(index, new KeyValuePair<string, object?>("of", "novelty"));
        }
    }

    /// <summary>Spans of stages that followed one another and end now.</summary>
    private static void AddSpans(ReadOnlySpan<(string Name, TimeSpan Took)> stages)
    {
        // The wall clock, as in every other span: a trace is read beside other machines' traces.
        DateTimeOffset end = TimeProvider.System.GetUtcNow();
        for (int i = stages.Length - 1; i >= 0; i--)
        {
            DateTimeOffset start = end - stages[i].Took;
            using Activity? span = Activities.StartActivity(ActivityKind.Internal, startTime: start, name: stages[i].Name);
            span?.SetEndTime(end.UtcDateTime);
            end = start;
        }
    }

    /// <summary>Bucket bounds that grow by about the square root of ten: 1, 3, 10, 30 …</summary>
    private static InstrumentAdvice<double> Buckets(double from, double to)
    {
        List<double> bounds = [];
        for (double bound = from; bound <= to * 1.01; bound *= 10)
        {
            bounds.Add(bound);
            if (3 * bound <= to)
            {
                bounds.Add(3 * bound);
            }
        }

        return new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds };
    }
}
