using System.Net.Http.Headers;
using ClockFunctions.Bench.Service;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Storage;

namespace ClockFunctions.Bench.Memory;

/// <summary>
/// Resident memory of one <c>clocks serve</c> while it answers thousands of scores, and then while it trains again and
/// again: flat, or growing. A point is taken between two steps, while nothing runs.
/// </summary>
public static class MemoryBenchmark
{
    private const int Steps = 10;

    /// <summary>Scores at the same time: as many as the machine this is made for has cores.</summary>
    private const int Connections = 2;

    public static async Task RunAsync(BenchOptions options)
    {
        await using TemporaryStorage storage = await TemporaryStorage.StartAsync();
        await using ClocksService service = await ClocksService.StartAsync(
            options, storage, ("Training__GateTolerance", "0.5"), ("Training__QuietPeriod", "00:00:00"));
        await ScoreAsync(options, service);
        Console.WriteLine();
        await TrainAsync(options, service, storage);
    }

    private static async Task ScoreAsync(BenchOptions options, ClocksService service)
    {
        byte[][] photos = [.. options.Photos().Select(File.ReadAllBytes)];
        int step = Math.Max(1, options.Scores / Steps);
        await PostAsync(service, photos, step); // warms up: code is compiled, buffers reach their sizes
        MemoryPoints points = new("scores", service.Process);
        for (int done = step; done <= options.Scores; done += step)
        {
            await PostAsync(service, photos, step);
            points.Add(done);
        }

        points.Print();
    }

    private static Task PostAsync(ClocksService service, byte[][] photos, int count) =>
        Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Connections }, async (i, cancellation) =>
        {
            using ByteArrayContent photo = new(photos[i % photos.Length]);
            photo.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
            using HttpResponseMessage answer = await service.Client.PostAsync(new Uri("/api/score", UriKind.Relative), photo, cancellation);
            answer.EnsureSuccessStatusCode();
        });

    private static async Task TrainAsync(BenchOptions options, ClocksService service, TemporaryStorage storage)
    {
        ImageFolder photos = options.Labelled();
        int images = Math.Min(options.Images ?? 300, photos.Images.Count - 1);
        await storage.PushAsync(photos with { Images = [.. photos.Images.Take(images)] });
        await service.TrainedAsync(images);

        MemoryPoints? points = null;
        int step = Math.Max(1, options.Trainings / Steps);
        for (int done = 1; done <= options.Trainings + step; done++) // the first step warms up
        {
            await ChangeAsync(storage, photos.Images[images], isThere: done % 2 == 0);
            await service.TrainedAsync(images + (done % 2));
            if (done == step)
            {
                points = new MemoryPoints("trainings", service.Process);
            }
            else if (done % step == 0)
            {
                points!.Add(done - step);
            }
        }

        Console.WriteLine($"{images} images, one of them added and removed in turns");
        points!.Print();
    }

    /// <summary>Adds the photo, or removes it: either is a dataset that the last training did not see.</summary>
    private static async Task ChangeAsync(TemporaryStorage storage, FolderImage photo, bool isThere)
    {
        string name = $"{photo.Image.Label}/{photo.Image.Name}";
        if (isThere)
        {
            await storage.Containers.Training.DeleteBlobAsync(name);
        }
        else
        {
            await storage.Training.AddAsync(
                name, new BinaryData(await File.ReadAllBytesAsync(photo.File)), "image/jpeg", CancellationToken.None);
        }

        await new TrainingStateBlob(storage.Containers, TimeProvider.System).MarkDirtyAsync(CancellationToken.None);
    }
}
