using System.Diagnostics;
using ClockFunctions.Bench.Service;
using ClockFunctions.Core.Datasets;

namespace ClockFunctions.Bench.Retrain;

/// <summary>The way of one new photo into the model that serves.</summary>
/// <param name="Written">The storage had confirmed the blob.</param>
/// <param name="Began">The quiet period was over and the trainer began to look.</param>
/// <param name="Published">The pointer had moved.</param>
/// <param name="Served">The API answered with the new version.</param>
/// <param name="Cpu">Processor time of the service from written to served, its polls included.</param>
public sealed record Retraining(DateTimeOffset Written, DateTimeOffset Began, DateTimeOffset Published, DateTimeOffset Served, TimeSpan Cpu)
{
    /// <summary>How exactly the moment of serving is seen; the questions cost the service under 1 % of a core.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Writes the photo as any client of the storage would: the service is not told.</summary>
    /// <param name="service">Idle.</param>
    /// <param name="storage">The service's.</param>
    /// <param name="photo">Not there yet.</param>
    /// <param name="images">How many images there are with it.</param>
    /// <exception cref="TimeoutException">It was not served in time.</exception>
    public static async Task<Retraining> MeasureAsync(ClocksService service, TemporaryStorage storage, FolderImage photo, int images)
    {
        BinaryData content = new(await File.ReadAllBytesAsync(photo.File));
        TimeSpan before = service.Process.Cpu;
        await storage.Training.AddAsync($"{photo.Image.Label}/{photo.Image.Name}", content, "image/jpeg", CancellationToken.None);
        DateTimeOffset written = DateTimeOffset.UtcNow;

        TrainingLine training = await service.TrainedAsync(images);
        if (training.Outcome != "Published")
        {
            throw new InvalidOperationException(
                $"Version {training.Version} was held, though the gate's tolerance is the largest there is.");
        }

        long start = Stopwatch.GetTimestamp();
        while (await service.ServedAsync() != training.Version)
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw new TimeoutException($"Version {training.Version} was not served within {Patience.TotalSeconds} s.");
            }

            await Task.Delay(Look);
        }

        return new Retraining(written, training.Started, training.Ended, DateTimeOffset.UtcNow, service.Process.Cpu - before);
    }
}
