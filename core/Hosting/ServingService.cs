using ClockFunctions.Core.Serving;
using Microsoft.Extensions.Hosting;

namespace ClockFunctions.Core.Hosting;

/// <summary>What runs in every host for as long as it serves: the warm-up, and the watch over the registry's pointer.</summary>
internal sealed class ServingService(ScorerLoader loader, CurrentModel model) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(loader.RunAsync(stoppingToken), model.RunAsync(stoppingToken));
}
