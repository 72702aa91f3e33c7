using Azure;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Observability;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Storage;
using ClockFunctions.Core.Training.Features;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Core.Training.Coordination;

/// <summary>
/// Decides when to train, so that with any number of instances one trains at a time, no image is ever left out, and
/// a burst of images costs few trainings.
/// </summary>
/// <remarks>
/// An event is a hint, and the container is the truth: every method may be called any number of times, late, in any
/// order, from any instance. Whoever changes the dataset marks it dirty and then calls <see cref="RunWhenDueAsync"/>;
/// whoever holds the lease looks at the marker again after releasing it. A failure is thrown, and the marker says what kind it was.
/// </remarks>
public sealed class TrainingCoordinator(
    StorageContainers containers, TrainingContainer container, TrainingStateBlob state, ImageIngest ingest,
    DatasetTraining training, ClassifierOptions options, TimeProvider time, ILogger<TrainingCoordinator> logger)
{
    /// <summary>How often the lease holder looks whether more images landed. The quiet period ends at most this late.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    private readonly TrainingOptions _settings = options.Training;
    private readonly LabelRule _labelRule = LabelRule.Parse(options.Training.LabelRule);

    /// <summary>
    /// Handles the news that a blob landed, changed or went: computes its features now, while others land, and marks the
    /// dataset dirty. <see cref="RunWhenDueAsync"/> does the rest.
    /// </summary>
    /// <param name="name">Name of the training blob, <c>{label}/{name}</c>.</param>
    /// <param name="cancellation">Gives up; the container stays the truth.</param>
    public async Task<IngestCount> IngestAsync(string name, CancellationToken cancellation)
    {
        await state.MarkDirtyAsync(cancellation);
        return _labelRule.Of(name) is not null && BlobName.Problem(name) is null
            && await container.FindAsync(name, cancellation) is { } blob
            ? await ingest.RunOneAsync(blob, cancellation)
            : IngestCount.None;
    }

    /// <summary>
    /// Computes the features of what a listing holds that is new. The trainer would do it too, but the trainer may be another
    /// process, and this one has cores to spare.
    /// </summary>
    public Task<IngestCount> IngestAsync(IReadOnlyList<TrainingBlob> listing, CancellationToken cancellation) =>
        ingest.RunAsync(Dataset.ToRead(listing, _labelRule), cancellation);

    /// <summary>Notes that the dataset may have changed.</summary>
    public Task MarkDirtyAsync(CancellationToken cancellation) => state.MarkDirtyAsync(cancellation);

    /// <summary>
    /// Compares the container with what was trained on, whatever events said: a timer calls it. Trains if they differ.
    /// </summary>
    public async Task<TrainingOutcome> ReconcileAsync(CancellationToken cancellation)
    {
        IngestCount ingested = await CheckAsync(cancellation);
        TrainingOutcome outcome = await RunWhenDueAsync(cancellation);
        return outcome with { Ingest = ingested + (outcome.Ingest ?? IngestCount.None) };
    }

    /// <summary>
    /// Looks at the whole container, ingests what is new in it, and marks the dataset dirty if it is not what was trained on. A
    /// dataset that training cannot use yet, for the same reason as before, is not marked again.
    /// </summary>
    public async Task<IngestCount> CheckAsync(CancellationToken cancellation)
    {
        (Dataset dataset, _, IngestCount ingested) = await training.LookAsync(cancellation);
        (TrainingState seen, _) = await state.ReadAsync(cancellation);
        (string? trained, bool unfinished) = await training.FindTrainedAsync(dataset.Fingerprint, cancellation);
        string? waiting = training.WaitsFor(dataset);
        bool isDue = (trained is null || unfinished) && (waiting is null || seen.Waiting != waiting);
        bool waitsNoMore = waiting is null && seen.Waiting is not null; // it is trained already, and the marker is to say so
        if (!seen.IsDirty && (isDue || waitsNoMore))
        {
            await state.MarkDirtyAsync(cancellation);
        }

        return ingested;
    }

    /// <summary>
    /// If the dataset is dirty and nobody is training, waits until it was quiet for
    /// <see cref="TrainingOptions.QuietPeriod"/> (or dirty for <see cref="TrainingOptions.MaxWait"/>), trains and publishes;
    /// and again, until nothing changed meanwhile.
    /// </summary>
    /// <returns>How the last look ended.</returns>
    public async Task<TrainingOutcome> RunWhenDueAsync(CancellationToken cancellation)
    {
        TrainingOutcome last = new(TrainingOutcomeKind.Clean);
        // The marker is read again after the lease is released. Whoever brought a change meanwhile found the lease held and left the
        // change to us.
        while ((await state.ReadAsync(cancellation)).State.IsDirty)
        {
            await using TrainingLease? lease = await TrainingLease.TryAcquireAsync(containers, time, cancellation);
            if (lease is null)
            {
                return new TrainingOutcome(TrainingOutcomeKind.Busy);
            }

            using CancellationTokenSource held = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lease.Lost);
            try
            {
                last = await TrainUntilCleanAsync(lease, last, held.Token);
            }
            catch (OperationCanceledException) when (lease.Lost.IsCancellationRequested && !cancellation.IsCancellationRequested)
            {
                throw new TrainingLeaseLostException();
            }
        }

        return last;
    }

    private async Task<TrainingOutcome> TrainUntilCleanAsync(TrainingLease lease, TrainingOutcome last, CancellationToken cancellation)
    {
        while (true)
        {
            if (await WaitUntilDueAsync(cancellation) is not { } read)
            {
                return last;
            }

            (TrainingState before, ETag? etag) = read;
            try
            {
                (last, Dataset dataset) = await training.RunAsync(lease, cancellation);
                Report(last, dataset);
                TrainingState clean = dataset.ToState() with
                {
                    Checked = time.GetUtcNow(),
                    Waiting = last.Result == TrainingOutcomeKind.Waiting ? last.Reason : null,
                };
                if (await state.TryClearAsync(clean, etag, lease.Id, cancellation))
                {
                    await training.TidyAsync(cancellation);
                }
            }
            catch (Exception failed) when (failed is not TrainingLeaseLostException && !cancellation.IsCancellationRequested)
            {
                Telemetry.TrainingDone("failed", 0);
                await NoteAsync(failed, before, etag, lease, cancellation);
                throw;
            }
        }
    }

    /// <summary>Notes in the marker why the training failed, and leaves the dataset dirty, so that it is tried again.</summary>
    private async Task NoteAsync(Exception failed, TrainingState before, ETag? etag, TrainingLease lease, CancellationToken cancellation)
    {
        try
        {
            await state.TryClearAsync(before with { Error = TrainingFailure.Sentence(failed) }, etag, lease.Id, cancellation);
        }
        catch (Exception e) when (StorageFailure.Is(e, cancellation))
        {
            // The failure itself must reach the caller, not that it could not be noted.
            logger.LogWarning("Why the training failed could not be noted: {Reason}", StorageFailure.Reason(e));
        }
    }

    /// <summary>Waits for the end of the quiet period; the marker as it was then, or null when the dataset is clean.</summary>
    private async Task<(TrainingState State, ETag? ETag)?> WaitUntilDueAsync(CancellationToken cancellation)
    {
        QuietPeriod quiet = new(_settings.QuietPeriod, _settings.MaxWait, time);
        while (true)
        {
            (TrainingState marker, ETag? etag) = await state.ReadAsync(cancellation);
            if (!marker.IsDirty)
            {
                return null;
            }

            TimeSpan rest = quiet.Rest(marker, etag);
            if (rest <= TimeSpan.Zero)
            {
                return (marker, etag);
            }

            await Task.Delay(rest < LookInterval ? rest : LookInterval, time, cancellation);
        }
    }

    private void Report(TrainingOutcome outcome, Dataset dataset)
    {
        double seconds = (outcome.Ended - outcome.Started)?.TotalSeconds ?? 0;
        if (outcome.Result is TrainingOutcomeKind.Published or TrainingOutcomeKind.Held or TrainingOutcomeKind.Superseded)
        {
            Telemetry.TrainingDone(outcome.Result.ToString().ToLowerInvariant(), seconds);
            Telemetry.TrainingSaw(dataset.Labels);
        }

        logger.LogInformation(
            "Looked at {Images} images from {Started} to {Ended} under lease {Lease}: {Outcome} {Version} {Reason}",
            dataset.Images.Count, $"{outcome.Started:O}", $"{outcome.Ended:O}", outcome.Lease, outcome.Result, outcome.Version,
            outcome.Reason);
    }
}
