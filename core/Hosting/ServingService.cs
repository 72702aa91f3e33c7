using ClockFunctions.Core.Serving;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Core.Hosting;

/// <summary>What runs in every host for as long as it serves: the warm-up, and the watch over the registry's pointer.</summary>
internal sealed class ServingService(
    ScorerLoader loader, CurrentModel model, Func<ModelRegistry> registry, TrafficWatch traffic, ServingOptions options, TimeProvider time,
    ILogger<ServingService> logger) : BackgroundService
{
    /// <summary>A start has more urgent things to do than to look at what was scored in the last weeks.</summary>
    private static readonly TimeSpan FirstTraffic = TimeSpan.FromMinutes(1);

    /// <summary>Pause after a writing of traffic that failed: nothing is lost meanwhile, so there is no hurry.</summary>
    private static readonly TimeSpan TrafficFailurePause = TimeSpan.FromMinutes(5);

    /// <summary>How long a stop waits for the last counts to be written.</summary>
    private static readonly TimeSpan LastTraffic = TimeSpan.FromSeconds(2);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LastTraffic);
        try
        {
            await traffic.WriteAsync(limit.Token);
        }
        catch (Exception e) when (StorageFailure.Is(e, CancellationToken.None))
        {
            logger.LogInformation("What was scored since the last hourly writing is not counted: {Reason}", StorageFailure.Reason(e));
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        HostLoop warmUp = new("Warming up", time, logger);
        HostLoop watch = new("Watching the model registry", time, logger);
        return Task.WhenAll(
            warmUp.SucceedAsync(loader.RunAsync, stoppingToken),
            watch.RepeatAsync(PollAsync, stoppingToken),
            MergeTrafficAsync(stoppingToken));
    }

    private async Task MergeTrafficAsync(CancellationToken cancellation)
    {
        HostLoop merging = new("Counting traffic", time, logger) { FailurePause = TrafficFailurePause };
        await Task.Delay(FirstTraffic, time, cancellation);
        await merging.RepeatAsync(traffic.MergeAsync, cancellation);
    }

    /// <summary>Asks the registry, and waits for the end of the interval or for a publication by this process.</summary>
    private async Task<TimeSpan> PollAsync(CancellationToken cancellation)
    {
        // Taken before the poll, so that nothing published meanwhile is missed; there is a registry once it answered.
        Task? publication = model.Polled ? registry().NextPublication : null;
        await model.PollAsync(cancellation);
        if (publication is null && model.Polled)
        {
            return TimeSpan.Zero;
        }

        using CancellationTokenSource waited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task interval = Task.Delay(options.PollInterval, time, waited.Token);
        await Task.WhenAny(interval, publication ?? interval);
        await waited.CancelAsync(); // else each publication would leave a timer behind
        cancellation.ThrowIfCancellationRequested();
        return TimeSpan.Zero;
    }
}
