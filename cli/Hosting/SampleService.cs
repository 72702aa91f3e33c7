using ClockFunctions.Core.Storage;
using ClockFunctions.Samples;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Cli.Hosting;

/// <summary>
/// Puts the drawn sample set into an empty training container, so that a newcomer sees a training without a photo of his own.
/// </summary>
public sealed class SampleService(StorageService storage, Func<TrainingContainer> training, ILogger<SampleService> logger)
    : BackgroundService
{
    private const int Pictures = 240;
    private const int Seed = 1;
    private const int Concurrency = 4;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await storage.Ready.WaitAsync(stoppingToken);
        try
        {
            if ((await training().ListAsync(stoppingToken)).Count > 0)
            {
                logger.LogInformation("The training container has images already: no sample is added");
                return;
            }

            ParallelOptions parallel = new() { MaxDegreeOfParallelism = Concurrency, CancellationToken = stoppingToken };
            await Parallel.ForEachAsync(SampleSet.Render(Pictures, Seed), parallel, async (picture, stop) =>
                await training().AddAsync($"{picture.Label}/{picture.Name}", new BinaryData(picture.Jpeg), "image/jpeg", stop));
            logger.LogInformation("Added {Count} drawings of clocks and look-alikes to the training container", Pictures);
        }
        catch (Exception e) when (StorageFailure.Is(e, stoppingToken))
        {
            logger.LogError("The sample could not be added; start again with --sample to try again: {Reason}", StorageFailure.Reason(e));
        }
    }
}
