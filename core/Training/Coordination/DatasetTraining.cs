using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Reports;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Storage;
using ClockFunctions.Core.Storage.Features;
using ClockFunctions.Core.Training.Features;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Core.Training.Coordination;

/// <summary>One training, from listing the container to moving the pointer, by the holder of the lease.</summary>
public sealed class DatasetTraining(
    TrainingContainer container, ImageIngest ingest, FeatureCache cache, UnreadableBlobs unreadable, ModelRegistry registry,
    TrainedHeads heads, HeadRetention retention, ReportImages images, DatasetProbes probes, Lazy<NetworkPrior?> prior,
    ClassifierOptions options, BackboneSpec backbone, TimeProvider time, ILogger<DatasetTraining> logger)
{
    private readonly LabelRule _labelRule = LabelRule.Parse(options.Training.LabelRule);

    /// <summary>Bytes of features after which memory is given back: from some thousand images on.</summary>
    private const long WorthReturning = 64 * 1024 * 1024;

    /// <summary>What one view of an image cost this process, in seconds of processor time; 0 while that is not known.</summary>
    private double _cpuSecondsPerView;

    /// <summary>Looks at the container, ingesting what is new in it.</summary>
    public async Task<(Dataset Dataset, IReadOnlyList<TrainingBlob> Listing, IngestCount Ingest)> LookAsync(CancellationToken cancellation)
    {
        await cache.RefreshAsync(cancellation);
        IReadOnlyList<TrainingBlob> listing = await container.ListAsync(cancellation);
        IngestCount count = await ingest.RunAsync(Dataset.ToRead(listing, _labelRule), cancellation);
        // The count holds the time of one thread. Where the network uses more, it would be too low, so there is no figure then.
        if (count.Extracted > 0 && options.Serving.ThreadsAnImage == 1)
        {
            _cpuSecondsPerView = count.CpuSeconds / count.Extracted / options.Training.Views;
        }

        unreadable.Keep(listing);
        return (Dataset.Of(listing, _labelRule, cache, unreadable), listing, count);
    }

    /// <summary>What training waits for, in one sentence; null when there are images enough.</summary>
    public string? WaitsFor(Dataset dataset) =>
        TrainingReadiness.WaitsFor(dataset.Images, options.Target) is { } lack ? $"Training waits for {lack}." : null;

    /// <inheritdoc cref="TrainedHeads.FindAsync"/>
    public Task<(string? Version, bool Unfinished)> FindTrainedAsync(string fingerprint, CancellationToken cancellation) =>
        heads.FindAsync(fingerprint, cancellation);

    /// <summary>Trains if the dataset is not the one that was trained on last.</summary>
    /// <exception cref="TrainingLeaseLostException">The lease was lost; nothing was published after that.</exception>
    /// <exception cref="ForeignRegistryException">The models in the storage are about another target.</exception>
    public async Task<(TrainingOutcome Outcome, Dataset Dataset)> RunAsync(TrainingLease lease, CancellationToken cancellation)
    {
        DateTimeOffset started = time.GetUtcNow();
        (Dataset dataset, IReadOnlyList<TrainingBlob> listing, IngestCount count) = await LookAsync(cancellation);
        TrainingOutcome outcome = await TrainAsync(dataset, listing, count, lease, cancellation);
        bool trained = outcome.Result is not (TrainingOutcomeKind.Unchanged or TrainingOutcomeKind.Waiting);
        if (trained && (long)dataset.Images.Count * cache.Key.RowLength * 2 > WorthReturning)
        {
            // The features have just become garbage, and the next training would hold as much beside them before the collector
            // looks at what is that old. Aggressive, because only that returns the memory now; it marks what lives, which is little.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }

        outcome = outcome with
        {
            Fingerprint = dataset.Fingerprint,
            Started = started,
            Ended = time.GetUtcNow(),
            Lease = lease.Id,
            Ingest = count,
        };
        return (outcome, dataset);
    }

    /// <summary>Tidies the feature cache and the old versions; call it while the lease is held and nobody waits.</summary>
    public async Task TidyAsync(CancellationToken cancellation)
    {
        await cache.RefreshAsync(cancellation);
        int replaced = await FeatureCompaction.RunAsync(cache, await container.ListAsync(cancellation), cancellation);
        if (replaced > 0)
        {
            logger.LogInformation("Compacted {Blocks} blocks of the feature cache", replaced);
        }

        int deleted = await retention.RunAsync(options.Training.KeepVersions, cancellation);
        if (deleted > 0)
        {
            logger.LogInformation("Deleted {Versions} old versions of the model", deleted);
        }
    }

    private async Task<TrainingOutcome> TrainAsync(
        Dataset dataset, IReadOnlyList<TrainingBlob> listing, IngestCount count, TrainingLease lease, CancellationToken cancellation)
    {
        await heads.ThrowIfForeignAsync(cancellation);
        (string? trained, bool unfinished) = await heads.FindAsync(dataset.Fingerprint, cancellation);
        if (trained is not null && !unfinished)
        {
            return new TrainingOutcome(TrainingOutcomeKind.Unchanged) { Version = trained };
        }

        if (trained is not null)
        {
            HeadManifest written = await registry.Versions.ReadManifestAsync(trained, cancellation);
            return await PublishAsync(written, await registry.Current.ReadAsync(known: null, cancellation), lease, cancellation);
        }

        if (WaitsFor(dataset) is { } waiting)
        {
            return new TrainingOutcome(TrainingOutcomeKind.Waiting) { Reason = waiting };
        }

        CurrentHead current = await heads.ReadCurrentAsync(cancellation);
        (IHead? baseline, string? parent) = await heads.ReadBaselineAsync(current, cancellation);
        TrainingSet set = await LoadAsync(dataset, listing, withProbabilities: baseline is not LearnedHead, cancellation);
        TrainingSettings settings = new(options.Target, backbone, options.Pipeline, options.Training)
        {
            Prior = prior.Value,
            Extraction = _cpuSecondsPerView > 0 ? new ExtractionCost(_cpuSecondsPerView, count.Extracted * options.Training.Views) : null,
        };
        settings = settings with { Probes = await probes.MakeAsync(set.Images, settings, listing, cancellation) };
        TimeProvider after = new TimeAfter(time, await registry.Versions.ReadNewestBegunAsync(cancellation));
        // A thread of its own: the pool goes on answering requests and renewing the lease.
        TrainingResult result = await Task.Factory.StartNew(
            () => HeadTraining.Run(set, settings, baseline, parent, after, cancellation),
            cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        TrainingReport report = result.Report with { LeftOut = [.. dataset.ToState().LeftOut()] };
        IReadOnlyDictionary<string, byte[]> thumbnails = await images.ThumbnailsAsync(report, listing, _labelRule, cancellation);
        HeadDirectory files = (result with { Report = report }).ToDirectory(thumbnails);
        await lease.ConfirmAsync(cancellation);
        await registry.Versions.WriteAsync(files, lease.Id, cancellation);
        return result.IsPublished
            ? await PublishAsync(result.Manifest, current, lease, cancellation)
            : new TrainingOutcome(TrainingOutcomeKind.Held) { Version = result.Manifest.Version, Reason = result.Manifest.Reason };
    }

    private async Task<TrainingOutcome> PublishAsync(
        HeadManifest head, CurrentHead current, TrainingLease lease, CancellationToken cancellation)
    {
        await lease.ConfirmAsync(cancellation);
        try
        {
            await registry.PublishAsync(head.Version, current.ETag, backbone, options.Pipeline, cancellation);
            return new TrainingOutcome(TrainingOutcomeKind.Published) { Version = head.Version, Reason = head.Reason };
        }
        catch (RegistryConflictException chosen)
        {
            return new TrainingOutcome(TrainingOutcomeKind.Superseded) { Version = head.Version, Reason = chosen.Message };
        }
    }

    /// <summary>Loads the features of every image; those that turn out to be damaged are computed again.</summary>
    /// <param name="dataset">The images.</param>
    /// <param name="listing">Where they are.</param>
    /// <param name="withProbabilities">Whether a zero-shot head is to be asked: else a fifth of the features' memory is spared.</param>
    /// <param name="cancellation">Gives up.</param>
    private async Task<TrainingSet> LoadAsync(
        Dataset dataset, IReadOnlyList<TrainingBlob> listing, bool withProbabilities, CancellationToken cancellation)
    {
        FeatureKey key = cache.Key;
        bool isProvisional = TrainingReadiness.LacksToValidate(dataset.Images, options.Target, options.Training) is not null;
        int probabilities = withProbabilities ? key.RowLength - (key.Views * key.FeatureWidth) : 0;
        string[] contents = [.. dataset.Images.Select(image => image.ContentHash).Distinct()];
        Half[][] rows = new Half[contents.Length][];
        IReadOnlyCollection<int> missing = [.. Enumerable.Range(0, contents.Length)];
        for (int attempt = 0; missing.Count > 0; attempt++)
        {
            if (attempt == 3)
            {
                throw new DamagedBlockException(
                    $"The features of {missing.Count} images could not be read, though they were computed again.");
            }

            if (attempt > 0)
            {
                await cache.RefreshAsync(cancellation);
                await ingest.RunAsync(Dataset.ToRead(listing, _labelRule), cancellation);
            }

            int[] wanted = [.. missing];
            IReadOnlyCollection<int> lost = await cache.LoadAsync(
                [.. wanted.Select(i => contents[i])], (i, values) => rows[wanted[i]] = Kept(contents[wanted[i]], values), cancellation);
            missing = [.. lost.Select(i => wanted[i])];
        }

        Dictionary<string, Half[]> byContent = contents.Zip(rows).ToDictionary(pair => pair.First, pair => pair.Second);
        return new TrainingSet(key.FeatureWidth, key.Views, dataset.Images.Select(image =>
        {
            Half[] row = byContent[image.ContentHash];
            int features = row.Length - probabilities;
            return new TrainingExample(image, row.AsMemory(0, features), row.AsMemory(features));
        }));

        // An image that is only judged on needs no augmented views.
        Half[] Kept(string content, ReadOnlySpan<Half> values)
        {
            bool isJudgedOn = !isProvisional
                && Split.IsValidationWhateverElse(options.Training.Split, content, options.Training.ValidationFraction);
            int views = isJudgedOn ? 1 : key.Views;
            return [.. values[..(views * key.FeatureWidth)], .. values.Slice(key.Views * key.FeatureWidth, probabilities)];
        }
    }
}
