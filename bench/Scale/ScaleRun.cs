using System.Diagnostics;
using System.Text.Json;
using ClockFunctions.Bench.Service;
using ClockFunctions.Core;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Reports;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Storage;
using ClockFunctions.Core.Storage.Features;
using ClockFunctions.Core.Training;
using ClockFunctions.Core.Training.Coordination;
using ClockFunctions.Core.Training.Features;
using Microsoft.Extensions.DependencyInjection;

namespace ClockFunctions.Bench.Scale;

/// <summary>
/// One size, in a process that has done nothing else: the real training first, and again with one more photo, for their
/// time and peak of memory; and then the stages one by one, on a cache that starts anew.
/// </summary>
public static class ScaleRun
{
    public static async Task<ScaleFigures> MeasureAsync(BenchOptions options, string storage)
    {
        double first, again;
        await using (ServiceProvider parts = Open(options, storage))
        {
            first = await TrainAsync(parts, expectedNew: 0);
            TrainingBlob added = await AddAsync(parts, options.Photos(1)[0]);
            again = await TrainAsync(parts, expectedNew: 1);
            await parts.GetRequiredService<StorageContainers>().Training.DeleteBlobAsync(added.Name);
        }

        using Process self = Process.GetCurrentProcess();
        long peak = self.PeakWorkingSet64;
        await using ServiceProvider fresh = Open(options, storage);
        return await StagesAsync(fresh) with { First = first, Again = again, PeakBytes = peak };
    }

    /// <summary>Seconds of one training, from looking at the container to the pointer.</summary>
    private static async Task<double> TrainAsync(ServiceProvider parts, int expectedNew)
    {
        TrainingCoordinator coordinator = parts.GetRequiredService<TrainingCoordinator>();
        await coordinator.MarkDirtyAsync(CancellationToken.None);
        TrainingOutcome outcome = await coordinator.RunWhenDueAsync(CancellationToken.None);
        return outcome.Result == TrainingOutcomeKind.Published && outcome.Ingest?.New == expectedNew
            ? (outcome.Ended - outcome.Started)!.Value.TotalSeconds
            : throw new InvalidOperationException($"It was no training from cache: {outcome.Result}, {outcome.Ingest}, {outcome.Reason}");
    }

    /// <summary>A photo as no other is: something new behind the end of its JPEG.</summary>
    private static async Task<TrainingBlob> AddAsync(ServiceProvider parts, string photo)
    {
        byte[] content = [.. await File.ReadAllBytesAsync(photo), .. Guid.NewGuid().ToByteArray()];
        return await parts.GetRequiredService<TrainingContainer>()
            .AddAsync("other/added.jpg", new BinaryData(content), "image/jpeg", CancellationToken.None);
    }

    /// <summary>Nothing to wait for; and published whatever the gate thinks of mixed features.</summary>
    private static ServiceProvider Open(BenchOptions options, string storage) =>
        Parts.On(options, storage, ("Training:QuietPeriod", "00:00:00"), ("Training:GateTolerance", "0.5"));

    private static async Task<ScaleFigures> StagesAsync(ServiceProvider parts)
    {
        Stages stages = new();
        ClassifierOptions options = parts.GetRequiredService<ClassifierOptions>();
        FeatureCache cache = parts.GetRequiredService<FeatureCache>();
        ModelRegistry registry = parts.GetRequiredService<ModelRegistry>();

        await cache.RefreshAsync(CancellationToken.None);
        (double index, _) = stages.Next();
        IReadOnlyList<TrainingBlob> listing = await parts.GetRequiredService<TrainingContainer>().ListAsync(CancellationToken.None);
        (double listed, double listingCpu) = stages.Next();
        Dataset dataset = Dataset.Of(
            listing, LabelRule.Parse(options.Training.LabelRule), cache, parts.GetRequiredService<UnreadableBlobs>());
        (double fingerprint, _) = stages.Next();
        TrainingSet set = await LoadAsync(cache, dataset);
        (double loading, _) = stages.Next();

        string? current = (await registry.Current.ReadAsync(known: null, CancellationToken.None)).Head?.Version;
        IHead? baseline = current is null ? null : (await registry.Versions.ReadHeadAsync(current, CancellationToken.None)).Head;
        TrainingSettings settings = new(options.Target, parts.GetRequiredService<BackboneSpec>(), options.Pipeline, options.Training);
        stages.Next();
        TrainingResult result = HeadTraining.Run(set, settings, baseline, current, TimeProvider.System, CancellationToken.None);
        (_, double trainingCpu) = stages.Next();
        JsonSerializer.Serialize(result.Report, Json.Indented);
        ReportPage.Render(result.Report, new Dictionary<string, byte[]>());
        (double report, _) = stages.Next();

        double training = result.Report.Costs.Single(cost => cost.Recipe == "default").CpuSeconds;
        return new ScaleFigures
        {
            Images = dataset.Images.Count,
            First = 0,
            Again = 0,
            PeakBytes = 0,
            ListingElsewhere = Math.Max(0, listed - listingCpu),
            ListingCpu = listingCpu,
            Fingerprint = fingerprint,
            Index = index,
            Loading = loading,
            Training = training,
            Evaluation = trainingCpu - training,
            Report = report,
        };
    }

    private static async Task<TrainingSet> LoadAsync(FeatureCache cache, Dataset dataset)
    {
        Half[][] rows = new Half[dataset.Images.Count][];
        IReadOnlyCollection<int> missing = await cache.LoadAsync(
            [.. dataset.Images.Select(image => image.ContentHash)], (i, values) => rows[i] = values.ToArray(), CancellationToken.None);
        if (missing.Count > 0)
        {
            throw new InvalidOperationException($"{missing.Count} images have no features.");
        }

        int features = cache.Key.Views * cache.Key.FeatureWidth;
        return new TrainingSet(cache.Key.FeatureWidth, cache.Key.Views, dataset.Images.Select((image, i) =>
            new TrainingExample(image, rows[i].AsMemory(0, features), rows[i].AsMemory(features))));
    }

    /// <summary>Wall and processor seconds since the last call.</summary>
    private sealed class Stages
    {
        private long _start = Stopwatch.GetTimestamp();
        private TimeSpan _cpu = Environment.CpuUsage.TotalTime;

        public (double Wall, double Cpu) Next()
        {
            (double wall, double cpu) =
                (Stopwatch.GetElapsedTime(_start).TotalSeconds, (Environment.CpuUsage.TotalTime - _cpu).TotalSeconds);
            (_start, _cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            return (wall, cpu);
        }
    }
}
