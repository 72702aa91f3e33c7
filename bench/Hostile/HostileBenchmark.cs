using System.Diagnostics;
using System.Net.Http.Headers;
using ClockFunctions.Bench.Service;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Storage;
using ClockFunctions.Tests.Imaging;

namespace ClockFunctions.Bench.Hostile;

/// <summary>
/// What files that ask for much cost one <c>clocks serve</c>: each bomb from all connections at once, then every file of a folder
/// of damaged images, then all of them as training blobs. Resident memory above what the idle service held, and
/// the slowest answer that was no 503.
/// </summary>
public static class HostileBenchmark
{
    private const int Connections = 8;
    private const double MiB = 1 << 20;

    /// <summary>After which memory has to be back.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(BenchOptions options)
    {
        (string Name, byte[] Bytes)[] bombs = [.. Bombs.All.Select(bomb => (bomb.Name, bomb.Make()))];
        (string Name, byte[] Bytes)[] files = options.HostileFolder is null ? [] :
            [.. Directory.EnumerateFiles(options.HostileFolder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .Select(file => (Path.GetRelativePath(options.HostileFolder, file), File.ReadAllBytes(file)))];
        await using TemporaryStorage storage = await TemporaryStorage.StartAsync();
        (string, string)[] settings = options.HeapLimitMB is { } limit
            ? [("DOTNET_GCHeapHardLimit", $"0x{(long)limit << 20:X}"), ("Images__MemoryMB", $"{limit / 4}")]
            : [];
        await using ClocksService service = await ClocksService.StartAsync(options, storage, settings);

        // Whatever the service loads it has loaded before anything is measured.
        Console.Error.WriteLine("The service is up, and trains.");
        ImageFolder photos = options.Labelled();
        await storage.PushAsync(photos with { Images = [.. photos.Images.Take(100)] });
        await service.TrainedAsync(100);
        await PostAsync(service, [.. options.Photos().Select(photo => (photo, File.ReadAllBytes(photo)))], 4);
        await Task.Delay(Rest);
        long idle = service.Process.ResidentBytes;
        Console.WriteLine($"Idle after a training and {4 * options.Photos().Count} scores: {idle / MiB:F0} MiB; {Connections} connections");

        Table table = new("what", "answers", "slowest that is no 503, s", "peak MiB above idle", "10 s later");
        foreach ((string Name, byte[] Bytes) bomb in bombs)
        {
            string what = $"{bomb.Name} ({bomb.Bytes.Length / 1024.0:F1} kB)";
            await MeasureAsync(table, what, service, idle, () => PostAsync(service, [bomb], 2 * Connections));
        }

        await MeasureAsync(table, $"{files.Length} damaged files", service, idle, () => PostAsync(service, files, 1));
        await MeasureAsync(table, "all of them in turns", service, idle, () => PostAsync(service, [.. bombs, .. files], 1), Rest);
        await MeasureAsync(
            table, "all of them as training blobs", service, idle, () => TrainAsync(storage, service, [.. bombs, .. files]), Rest);
        table.Print();
        using HttpResponseMessage health = await service.Client.GetAsync(new Uri("/api/health", UriKind.Relative));
        Console.WriteLine($"Health afterwards: {(int)health.StatusCode}");
    }

    private static async Task MeasureAsync(
        Table table, string what, ClocksService service, long idle, Func<Task<Answer[]>> run, TimeSpan rest = default)
    {
        service.Process.ResetPeak();
        Answer[] answers = await run();
        long peak = service.Process.PeakResidentBytes;
        await Task.Delay(rest);
        Console.Error.WriteLine($"{what}: {answers.Length} answers, peak {(peak - idle) / MiB:F0} MiB above idle");
        string statuses = string.Join(
            ", ", answers.CountBy(answer => answer.Status).OrderBy(status => status.Key)
                .Select(status => $"{status.Value} × {status.Key}"));
        double slowest = answers.Where(answer => answer.Status != "503").Select(answer => answer.Seconds).DefaultIfEmpty().Max();
        table.Add(
            what, statuses, $"{slowest:F1}", $"{(peak - idle) / MiB:F0}",
            rest == default ? "" : $"{(service.Process.ResidentBytes - idle) / MiB:F0}");
    }

    private static async Task<Answer[]> PostAsync(ClocksService service, (string Name, byte[] Bytes)[] files, int times)
    {
        Answer[] answers = new Answer[files.Length * times];
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = Connections };
        await Parallel.ForAsync(0, answers.Length, parallel, async (i, cancellation) =>
        {
            using ByteArrayContent body = new(files[i % files.Length].Bytes);
            body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            long start = Stopwatch.GetTimestamp();
            using HttpResponseMessage answer = await service.Client.PostAsync(new Uri("/api/score", UriKind.Relative), body, cancellation);
            string type = answer.Content.Headers.ContentType?.MediaType ?? "none";
            string bare = answer.IsSuccessStatusCode || type == "application/problem+json" ? "" : "bare ";
            answers[i] = new Answer($"{bare}{(int)answer.StatusCode}", Stopwatch.GetElapsedTime(start).TotalSeconds);
        });
        return answers;
    }

    /// <summary>Puts them into the storage as anybody can, and waits until the trainer has looked at all.</summary>
    private static async Task<Answer[]> TrainAsync(TemporaryStorage storage, ClocksService service, (string Name, byte[] Bytes)[] files)
    {
        long start = Stopwatch.GetTimestamp();
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = Connections };
        await Parallel.ForEachAsync(files, parallel, async (file, cancellation) =>
        {
            string name = $"other/{file.Name.Replace(Path.DirectorySeparatorChar, '-')}";
            await storage.Training.AddAsync(name, new BinaryData(file.Bytes), "image/png", cancellation);
        });
        await new TrainingStateBlob(storage.Containers, TimeProvider.System).MarkDirtyAsync(CancellationToken.None);
        TrainingLine look = await service.LookAfterAsync(DateTimeOffset.UtcNow);
        return [new Answer($"{look.Images} images, {look.Outcome} after {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s", 0)];
    }

    private sealed record Answer(string Status, double Seconds);
}
