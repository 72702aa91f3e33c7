using System.Diagnostics;
using System.Globalization;
using ClockFunctions.Bench.Service;
using ClockFunctions.Core.Storage;

namespace ClockFunctions.Bench.Ingest;

/// <summary>
/// The first look at a full container: images a second from blob to cached features, by one service process and by two
/// on the same storage, which share the work without knowing of each other.
/// </summary>
public static class IngestBenchmark
{
    public static async Task RunAsync(BenchOptions options)
    {
        byte[][] photos = [.. options.Photos(int.MaxValue).Select(File.ReadAllBytes)];
        int images = options.Images ?? 2000;
        Console.WriteLine($"{images} photos, each with the default views; the start of the processes is included");
        Table table = new("processes", "seconds", "images/s", "CPU ms an image", "computed twice");
        foreach (int processes in new[] { 1, 2 })
        {
            await using TemporaryStorage storage = await TemporaryStorage.StartAsync();
            await FillAsync(storage, photos, images);
            await MeasureAsync(options, storage, images, processes, table);
        }

        table.Print();
    }

    /// <summary>
    /// Photos, repeated with a number behind the end of the JPEG, so that no content is twice there. All have one label, so that no
    /// training starts at the end.
    /// </summary>
    private static Task FillAsync(TemporaryStorage storage, byte[][] photos, int images) =>
        Parallel.ForAsync(
            0, images, new ParallelOptions { MaxDegreeOfParallelism = FolderPush.DefaultConcurrency }, async (i, cancellation) =>
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"other/{i:000000}.jpg");
            await storage.Training.AddAsync(
                name, new BinaryData(NumberedJpeg.Of(photos[i % photos.Length], i)), "image/jpeg", cancellation);
        });

    private static async Task MeasureAsync(BenchOptions options, TemporaryStorage storage, int images, int processes, Table table)
    {
        long start = Stopwatch.GetTimestamp();
        ClocksService[] services = await Task.WhenAll(Enumerable.Range(0, processes).Select(_ =>
            ClocksService.StartAsync(options, storage, ("Training__QuietPeriod", "00:00:00"))));
        try
        {
            await await Task.WhenAny(services.Select(service => service.LookedAtAsync(images)));
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            double cpu = services.Sum(service => service.Process.Cpu.TotalSeconds);
            int computed = await ComputedAsync(services);
            table.Add($"{processes}", $"{seconds:F1}", $"**{images / seconds:F0}**", $"{cpu / images * 1000:F1}", $"{computed - images}");
        }
        finally
        {
            foreach (ClocksService service in services)
            {
                await service.DisposeAsync();
            }
        }
    }

    /// <summary>Images computed by all processes, once each of them has finished and said so.</summary>
    private static async Task<int> ComputedAsync(ClocksService[] services)
    {
        int before = -1;
        while (services.Sum(service => service.Computed) is var now && now != before)
        {
            before = now;
            await Task.Delay(TimeSpan.FromSeconds(3));
        }

        return before;
    }
}
