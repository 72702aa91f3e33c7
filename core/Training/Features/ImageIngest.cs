using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Observability;
using ClockFunctions.Core.Storage;
using ClockFunctions.Core.Storage.Features;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Core.Training.Features;

/// <summary>
/// Makes the feature cache know the images of the training container. Idempotent, and open to any number of
/// instances: each goes in an order of its own and looks again and again at what the others have stored.
/// </summary>
public sealed class ImageIngest(
    TrainingContainer training, Quarantine quarantine, FeatureCache cache, UnreadableBlobs unreadable, Func<RowExtractor> extractor,
    ImageLimits limits, ILogger<ImageIngest> logger) : IDisposable
{
    /// <summary>
    /// Images whose features are stored together: the most that a process takes with it when it dies, some seconds' work of two cores.
    /// </summary>
    private const int BatchSize = 128;

    /// <summary>Twice the cores: while some images are read, others are computed.</summary>
    private static readonly int Concurrency = 2 * Environment.ProcessorCount;

    private readonly SemaphoreSlim _oneSweep = new(1);

    /// <summary>Under which limits an image is judged unusable.</summary>
    public string Judge { get; } = $"{limits.MaxBytes}/{limits.MaxPixels}/{limits.MemoryMB}";

    /// <summary>Whether nothing has to be read to use (or to leave out) this version of a blob.</summary>
    public bool IsKnown(TrainingBlob blob) =>
        cache.TryFindBlob(blob, out KnownBlob? known)
        && (known.Unusable is null ? cache.HasRow(known.ContentHash!) : known.Judge == Judge);

    /// <summary>Ingests one blob that just landed, beside whatever sweep is under way.</summary>
    public async Task<IngestCount> RunOneAsync(TrainingBlob blob, CancellationToken cancellation)
    {
        if (!IsKnown(blob))
        {
            await cache.RefreshAsync(cancellation); // the same news may have come to another instance before
        }

        Sweep sweep = new(this);
        await sweep.AddAsync(blob, cancellation);
        await sweep.StoreAsync(cancellation);
        return sweep.Count;
    }

    /// <summary>
    /// Ingests those of many blobs that are not known yet. A second sweep of this process waits for the first, and then finds little to do.
    /// </summary>
    public async Task<IngestCount> RunAsync(IReadOnlyList<TrainingBlob> blobs, CancellationToken cancellation)
    {
        await _oneSweep.WaitAsync(cancellation);
        try
        {
            TrainingBlob[] fresh = [.. blobs.Where(blob => !IsKnown(blob) && !unreadable.IsResting(blob))];
            if (fresh.Length > 0)
            {
                await cache.RefreshAsync(cancellation);
                fresh = [.. fresh.Where(blob => !IsKnown(blob))];
            }

            int resting = blobs.Count(blob => !IsKnown(blob) && unreadable.IsResting(blob));
            Sweep sweep = new(this) { Known = blobs.Count - fresh.Length - resting, Resting = resting };
            // Instances must differ, also two of one process: in the same order one would catch up with another, and both would
            // compute the same images from there on.
            new Random(HashCode.Combine(Environment.MachineName, Environment.ProcessId, RuntimeHelpers.GetHashCode(this))).Shuffle(fresh);
            ParallelOptions parallel = new() { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellation };
            await Parallel.ForAsync(0, fresh.Length, parallel, async (i, stop) => await sweep.AddAsync(fresh[i], stop));
            await sweep.StoreAsync(cancellation);
            if (sweep.Count is { New: > 0 } count)
            {
                logger.LogInformation(
                    "Ingested {Extracted} images, found {Reused} known contents and {Unusable} unusable blobs", count.Extracted,
                    count.Reused, count.Unusable);
            }

            return sweep.Count;
        }
        finally
        {
            _oneSweep.Release();
        }
    }

    public void Dispose() => _oneSweep.Dispose();

    private FeatureCache Cache => cache;

    /// <summary>One blob that cannot be read costs that blob, and the others go on.</summary>
    private void LeaveOut(TrainingBlob blob, UnreadableBlobException reason)
    {
        if (unreadable.Add(blob, reason.Message))
        {
            logger.LogWarning(
                "{Reason} It is left out of the training, and tried again every {Minutes} minutes.",
                reason.Message, UnreadableBlobs.Pause.TotalMinutes);
        }
    }

    /// <summary>What one blob is; null when it was deleted or replaced meanwhile.</summary>
    /// <exception cref="UnreadableBlobException">The storage does not give it out.</exception>
    private async Task<(KnownBlob Blob, FeatureRow? Row, TimeSpan Cpu)?> ExamineAsync(TrainingBlob blob, CancellationToken cancellation)
    {
        KnownBlob known = new(blob.Name, blob.Version, blob.Length, ContentHash: null);
        if (blob.Length > limits.MaxBytes)
        {
            return (await RefuseAsync($"The image has {blob.Length} bytes; the limit is {limits.MaxBytes}."), null, default);
        }

        if (await training.ReadAsync(blob, cancellation) is not { } content)
        {
            return null;
        }

        unreadable.Remove(blob);
        known = known with { ContentHash = Convert.ToHexStringLower(SHA256.HashData(content)) };
        if (cache.HasRow(known.ContentHash))
        {
            return (known, null, default);
        }

        try
        {
            RowExtractor loaded = extractor(); // the first one loads the network, which is no cost of this image
            TimeSpan start = ThreadProcessorTime.Now;
            FeatureRow row = loaded.Extract(content, known.ContentHash, cancellation);
            return (known, row, ThreadProcessorTime.Now - start);
        }
        catch (ImageException unusable)
        {
            return (await RefuseAsync(unusable.Message), null, default);
        }

        async Task<KnownBlob> RefuseAsync(string reason)
        {
            logger.LogWarning("{Blob} is no usable image and was copied to quarantine: {Reason}", blob.Name, reason);
            await quarantine.AddAsync(blob, reason, cancellation);
            return known with { Unusable = reason, Judge = Judge };
        }
    }

    /// <summary>One run over some blobs: collects what was found and stores it by batches.</summary>
    private sealed class Sweep(ImageIngest ingest)
    {
        private readonly Lock _gate = new();
        private List<KnownBlob> _blobs = [];
        private List<FeatureRow> _rows = [];
        private IngestCount _count = IngestCount.None;

        public int Known { get; init; }

        /// <summary>Blobs that could not be read a short while ago, and were not tried.</summary>
        public int Resting { get; init; }

        public IngestCount Count => _count with { Known = _count.Known + Known, Unreadable = _count.Unreadable + Resting };

        public async ValueTask AddAsync(TrainingBlob blob, CancellationToken cancellation)
        {
            if (ingest.IsKnown(blob)) // another instance has ingested it since the sweep began
            {
                lock (_gate)
                {
                    _count = _count with { Known = _count.Known + 1 };
                }

                return;
            }

            (KnownBlob Blob, FeatureRow? Row, TimeSpan Cpu)? found;
            try
            {
                found = await ingest.ExamineAsync(blob, cancellation);
            }
            catch (UnreadableBlobException e)
            {
                ingest.LeaveOut(blob, e);
                lock (_gate)
                {
                    _count = _count with { Unreadable = _count.Unreadable + 1 };
                }

                return;
            }

            bool full;
            lock (_gate)
            {
                _count = found switch
                {
                    null => _count with { Gone = _count.Gone + 1 },
                    { Blob.Unusable: not null } => _count with { Unusable = _count.Unusable + 1 },
                    { Row: null } => _count with { Reused = _count.Reused + 1 },
                    { Cpu: var cpu } => _count with { Extracted = _count.Extracted + 1, CpuSeconds = _count.CpuSeconds + cpu.TotalSeconds },
                };
                if (found is { } known)
                {
                    _blobs.Add(known.Blob);
                    _rows.AddRange(known.Row is null ? [] : [known.Row]);
                }

                full = _blobs.Count >= BatchSize;
            }

            if (full)
            {
                await StoreAsync(cancellation);
                await ingest.Cache.RefreshAsync(cancellation);
            }
        }

        public async Task StoreAsync(CancellationToken cancellation)
        {
            FeatureBlock batch;
            lock (_gate)
            {
                batch = new FeatureBlock(_blobs, [.. _rows.DistinctBy(row => row.ContentHash)]);
                (_blobs, _rows) = ([], []);
            }

            if (batch.Blobs.Count > 0)
            {
                await ingest.Cache.AppendAsync(batch, cancellation);
            }
        }
    }
}
