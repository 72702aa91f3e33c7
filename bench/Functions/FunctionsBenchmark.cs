using System.Globalization;
using ClockFunctions.Bench.Service;
using ClockFunctions.Core.Datasets;
using ClockFunctions.StandIn;

namespace ClockFunctions.Bench.Functions;

/// <summary>
/// The Functions app under the stand-in for its host: how soon it answers, with what memory, and what the way through the host
/// costs a score. Starts take turns between the published app, compiled ahead of time, and the built one; medians.
/// </summary>
public static class FunctionsBenchmark
{
    private const int StartsARound = 5;
    private const double MiB = 1 << 20;

    /// <summary>Photos of the training behind the last figure of memory.</summary>
    private const int TrainingImages = 300;

    public static async Task RunAsync(BenchOptions options)
    {
        byte[][] photos = [.. options.Photos().Select(File.ReadAllBytes)];
        DirectoryInfo folder = Directory.CreateTempSubdirectory("clocks-bench");
        try
        {
            string project = Path.Combine(BenchOptions.Root, "functions");
            await ChildProcess.RunAsync("dotnet", ["publish", project, "-c", "Release", "-v", "quiet", "-o", folder.FullName]);
            await using TemporaryStorage storage = await TemporaryStorage.StartAsync();
            await using FunctionsHost host = await FunctionsHost.StartAsync();
            FunctionsApp published = new(host, folder.FullName, storage.ConnectionString, options.Backbone);
            FunctionsApp built = published with { Folder = Path.Combine(project, "bin", "Release", "net10.0") };

            await StartAsync(options, published, built, photos[0]);
            await using FunctionsWorker worker = await published.StartAsync();
            await MeasureMemoryAsync(options, worker, storage, photos);
            await MeasureLatencyAsync(options, worker, storage, photos);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task StartAsync(BenchOptions options, FunctionsApp published, FunctionsApp built, byte[] photo)
    {
        (string Name, FunctionsApp App, List<WorkerStart> Starts)[] sides =
            [("published (ReadyToRun)", published, []), ("built (compiled as it runs)", built, [])];
        for (int i = 0; i < options.Rounds * StartsARound; i++)
        {
            foreach ((_, FunctionsApp app, List<WorkerStart> starts) in sides)
            {
                starts.Add(await WorkerStart.MeasureAsync(app, photo));
            }
        }

        Table table = new("worker", "functions loaded ms", "first score ms", "processor ms", "resident MiB");
        foreach ((string name, _, List<WorkerStart> starts) in sides)
        {
            table.Add(
                name, Text(starts, s => s.Loaded), $"**{Text(starts, s => s.Scored)}**", Text(starts, s => s.Processor),
                Text(starts, s => s.Bytes / MiB));
        }

        table.Print();
        Console.WriteLine();
    }

    private static async Task MeasureMemoryAsync(BenchOptions options, FunctionsWorker worker, TemporaryStorage storage, byte[][] photos)
    {
        const int Scores = 800;
        await Task.Delay(TimeSpan.FromSeconds(3)); // the warm-up ends
        double idle = worker.Process.ResidentBytes / MiB;
        await ScoreLoop.RunAsync(worker, photos, connections: 2, Scores);
        double scored = worker.Process.ResidentBytes / MiB;
        ImageFolder labelled = options.Labelled();
        int images = Math.Min(options.Images ?? TrainingImages, labelled.Images.Count);
        await storage.PushAsync(labelled with { Images = [.. labelled.Images.Take(images)] });
        Invocation trained = await worker.TimerAsync(CancellationToken.None);
        if (!trained.Succeeded)
        {
            throw new InvalidOperationException($"The training failed: {trained.Error}");
        }

        Table table = new("resident memory, MiB", "idle", $"after {Scores} scores", $"after a training on {images} photos");
        table.Add("published", $"{idle:F0}", $"**{scored:F0}**", $"{worker.Process.ResidentBytes / MiB:F0}");
        table.Print();
        Console.WriteLine();
    }

    /// <summary>The same requests by the same client to the local host, which has no host before it; the two take turns.</summary>
    private static async Task MeasureLatencyAsync(BenchOptions options, FunctionsWorker worker, TemporaryStorage storage, byte[][] photos)
    {
        const int Scores = 500;
        await using ClocksService local = await ClocksService.StartAsync(options, storage);
        Table table = new("connections", "server", "p50 ms", "p99 ms");
        foreach (int connections in (int[])[1, 2, 8])
        {
            List<double> through = [];
            List<double> direct = [];
            for (int round = 0; round < options.Rounds; round++)
            {
                through.AddRange(await ScoreLoop.RunAsync(worker, photos, connections, Scores));
                direct.AddRange(await ScoreLoop.RunAsync(local.Client, photos, connections, Scores));
            }

            string number = connections.ToString(CultureInfo.InvariantCulture);
            table.Add(number, "Functions worker, through the host", Quantile(through, 0.5), Quantile(through, 0.99));
            table.Add(number, "clocks serve", Quantile(direct, 0.5), Quantile(direct, 0.99));
        }

        table.Print();
    }

    private static string Quantile(List<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return $"{sorted[(int)(share * (sorted.Length - 1))]:F1}";
    }

    private static string Text(List<WorkerStart> starts, Func<WorkerStart, double> value) => $"{Median.Of(starts.Select(value)):F0}";
}
