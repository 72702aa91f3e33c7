using ClockFunctions.Bench.Service;

namespace ClockFunctions.Bench.Http;

/// <summary>
/// More connections than the queue holds, of clients that ask again at once whatever they are told: what is accepted must stay quick
/// and as much as before, and turning the rest away must cost little of what scoring costs.
/// </summary>
public static class OverloadBenchmark
{
    /// <summary>So many wait in the queue that none is turned away and no place is ever idle.</summary>
    private const int Load = 8;

    private static readonly int[] Overload = [64, 128, 256, 512];

    public static async Task RunAsync(BenchOptions options)
    {
        byte[][] photos = [.. options.Photos().Select(File.ReadAllBytes)];
        await using TemporaryStorage storage = await TemporaryStorage.StartAsync();
        await using ClocksService clocks = await ClocksService.StartAsync(options, storage);
        await LoadGenerator.RunAsync(clocks.Process.Port, "/api/score", photos, Load, TimeSpan.FromSeconds(2)); // warms up
        await RunAsync(options, clocks.Process, photos);
    }

    /// <summary>Measures a server that is warm.</summary>
    public static async Task RunAsync(BenchOptions options, ServerProcess server, byte[][] photos)
    {
        Dictionary<int, List<(LoadResult Result, double Cpu)>> runs = [];
        for (int round = 0; round < options.Rounds; round++)
        {
            foreach (int connections in (int[])[Load, .. Overload])
            {
                TimeSpan before = server.Cpu;
                LoadResult result = await LoadGenerator.RunAsync(
                    server.Port, "/api/score", photos, connections, TimeSpan.FromSeconds(options.Seconds));
                (runs.TryGetValue(connections, out var list) ? list : runs[connections] = [])
                    .Add((result, (server.Cpu - before).TotalMilliseconds));
            }
        }

        double accepted = Median.Of(runs[Load].Select(run => run.Result.RequestsPerSecond));
        double scoring = Median.Of(runs[Load].Select(run => run.Cpu / run.Result.Accepted));
        Table table = new(
            "connections", "accepted/s", $"of those at {Load}", "p50 ms", "p99 ms", "turned away/s", "ms of CPU to turn one away",
            "of scoring one");
        foreach ((int connections, List<(LoadResult Result, double Cpu)> rounds) in runs)
        {
            double rate = Median.Of(rounds.Select(run => run.Result.RequestsPerSecond));
            bool sheds = rounds.All(run => run.Result.Shed > 0);
            double turning = sheds ? Median.Of(rounds.Select(run => (run.Cpu - (run.Result.Accepted * scoring)) / run.Result.Shed)) : 0;
            table.Add(
                $"{connections}", $"{rate:F0}", $"{rate / accepted:F2}", $"{Median.Of(rounds.Select(run => run.Result.P50)):F1}",
                $"{Median.Of(rounds.Select(run => run.Result.P99)):F1}",
                $"{Median.Of(rounds.Select(run => (double)run.Result.Shed)) / options.Seconds:F0}",
                sheds ? $"{turning:F3}" : "", sheds ? $"{turning / scoring:P1}" : $"{scoring:F2} ms");
        }

        table.Print();
    }
}
