using System.Threading.Channels;
using ClockFunctions.Core.Hosting;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Storage;
using ClockFunctions.Core.Training.Coordination;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Cli.Hosting;

/// <summary>
/// Watches the training container, ingests what lands and trains when it is due, from when the storage is there until the host
/// stops. On Azure events and a timer do this.
/// </summary>
public sealed class TrainingService(
    StorageService storage, Func<TrainingContainer> container, Func<TrainingCoordinator> coordinator, TrainingOptions options,
    TimeProvider time, ILogger<TrainingService> logger) : BackgroundService
{
    /// <summary>How often an idle host looks at the marker. Shorter than any sensible quiet period, which counts from the change.</summary>
    private static readonly TimeSpan IdleInterval = TimeSpan.FromSeconds(1);

    private readonly ContainerWatch _watch = new(options.ReconcileInterval, time);

    /// <summary>
    /// Listings that are to be ingested. Only the newest counts. Watching goes on during an ingest, because what lands meanwhile
    /// prolongs the quiet period.
    /// </summary>
    private readonly Channel<IReadOnlyList<TrainingBlob>> _changed = Channel.CreateBounded<IReadOnlyList<TrainingBlob>>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await storage.Ready.WaitAsync(stoppingToken);
        // There is no coordinator without a backbone, which may be pulled while this runs.
        TrainingCoordinator trainer = await Loop("Preparing to train").SucceedAsync(_ => Task.FromResult(coordinator()), stoppingToken);
        await Task.WhenAll(
            Loop("Watching the training container").RepeatAsync(stop => WatchAsync(trainer, stop), stoppingToken),
            Loop("Ingesting").RepeatAsync(stop => IngestAsync(trainer, stop), stoppingToken),
            Loop("Training").RepeatAsync(stop => TrainAsync(trainer, stop), stoppingToken));
    }

    private HostLoop Loop(string what) => new(what, time, logger);

    /// <summary>One look at the container.</summary>
    /// <returns>The pause before the next one.</returns>
    private async Task<TimeSpan> WatchAsync(TrainingCoordinator trainer, CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        IReadOnlyList<TrainingBlob> listing = await container().ListAsync(cancellation);
        TimeSpan took = time.GetElapsedTime(start);
        try
        {
            switch (_watch.Look(listing))
            {
                case ContainerWatch.Finding.ReconcileDue:
                    await trainer.CheckAsync(cancellation);
                    break;
                case ContainerWatch.Finding.Changes:
                    await trainer.MarkDirtyAsync(cancellation);
                    await _changed.Writer.WriteAsync(listing, cancellation);
                    break;
            }
        }
        catch
        {
            _watch.Forget();
            throw;
        }

        return ContainerWatch.PauseAfter(took);
    }

    private async Task<TimeSpan> IngestAsync(TrainingCoordinator trainer, CancellationToken cancellation)
    {
        await trainer.IngestAsync(await _changed.Reader.ReadAsync(cancellation), cancellation);
        return TimeSpan.Zero;
    }

    private static async Task<TimeSpan> TrainAsync(TrainingCoordinator trainer, CancellationToken cancellation)
    {
        await trainer.RunWhenDueAsync(cancellation);
        return IdleInterval;
    }
}
