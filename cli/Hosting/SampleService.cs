using ClockFunctions.Core.Hosting;
using ClockFunctions.Core.Storage;
using ClockFunctions.Samples;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Cli.Hosting;

/// <summary>
/// Puts the drawn sample set into an empty training container, so that a newcomer sees a training without a photo of his own.
/// </summary>
public sealed class SampleService(
    StorageService storage, Func<TrainingContainer> training, TimeProvider time, ILogger<SampleService> logger) : BackgroundService
{
    private const int Pictures = 240;
    private const int Seed = 1;
    private const int Concurrency = 4;

    private bool _began;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await storage.Ready.WaitAsync(stoppingToken);
        await new HostLoop("Adding the sample", time, logger).SucceedAsync(AddAsync, stoppingToken);
    }

    private async Task AddAsync(CancellationToken cancellation)
    {
        // Only before the first picture: after a fault the container holds what was added until then.
        if (!_began && (await training().ListAsync(cancellation)).Count > 0)
        {
            logger.LogInformation("The training container has images already: no sample is added");
            return;
        }

        _began = true;
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellation };
        await Parallel.ForEachAsync(SampleSet.Render(Pictures, Seed), parallel, async (picture, stop) =>
            await training().AddAsync($"{picture.Label}/{picture.Name}", new BinaryData(picture.Jpeg), "image/jpeg", stop));
        logger.LogInformation("Added {Count} drawings of clocks and look-alikes to the training container", Pictures);
    }
}
