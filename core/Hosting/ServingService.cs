using ClockFunctions.Core.Serving;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Core.Hosting;

/// <summary>What runs in every host for as long as it serves: the warm-up, and the watch over the registry's pointer.</summary>
internal sealed class ServingService(
    ScorerLoader loader, CurrentModel model, Func<ModelRegistry> registry, ServingOptions options, TimeProvider time,
    ILogger<ServingService> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        HostLoop warmUp = new("Warming up", time, logger);
        HostLoop watch = new("Watching the model registry", time, logger);
        return Task.WhenAll(
            warmUp.SucceedAsync(loader.RunAsync, stoppingToken),
            watch.RepeatAsync(PollAsync, stoppingToken));
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
