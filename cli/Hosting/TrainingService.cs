using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Training.Coordination;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Cli.Hosting;

/// <summary>Watches the training container and trains, from when the storage is there until the host stops.</summary>
public sealed class TrainingService(StorageService storage, Func<TrainingCoordinator> coordinator, ILogger<TrainingService> logger)
    : BackgroundService
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await storage.Ready.WaitAsync(stoppingToken);
        while (true)
        {
            try
            {
                await coordinator().RunAsync(stoppingToken);
                return;
            }
            catch (BackboneException missing)
            {
                // It may be pulled while this runs.
                logger.LogError("Nothing can be trained: {Reason}", missing.Message);
                await Task.Delay(RetryInterval, TimeProvider.System, stoppingToken);
            }
        }
    }
}
