using ClockFunctions.Bench.Service;

namespace ClockFunctions.Bench.Http;

/// <summary>
/// Requests a second, p50 and p99 of <c>clocks serve</c> against the Node server on the same machine, the same model
/// file and the same photos; the servers take turns in every round, so that a slow moment of the machine hits all.
/// </summary>
public static class HttpBenchmark
{
    private const string Ours = "clocks serve";
    private static readonly int[] Connections = [1, 2, 8, 32];

    public static async Task RunAsync(BenchOptions options)
    {
        byte[][] photos = [.. options.Photos().Select(File.ReadAllBytes)];
        await using TemporaryStorage storage = await TemporaryStorage.StartAsync();
        await using ClocksService clocks = await ClocksService.StartAsync(options, storage);
        await using ServerProcess threads = await NodeServer.StartAsync(options, workers: 1, threads: 2);
        await using ServerProcess workers = await NodeServer.StartAsync(options, workers: 2, threads: 1);
        (string Name, ServerProcess Server)[] servers =
            [(Ours, clocks.Process), ("node, 1 process × 2 threads", threads), ("node, 2 processes × 1 thread", workers)];

        Table table = new("connections", "server", "requests/s", "p50 ms", "p99 ms", "shed");
        foreach (int connections in Connections)
        {
            Dictionary<string, List<LoadResult>> results = [];
            for (int round = -1; round < options.Rounds; round++)
            {
                foreach ((string name, ServerProcess server) in servers)
                {
                    TimeSpan duration = TimeSpan.FromSeconds(round < 0 ? 2 : options.Seconds); // round −1 warms up
                    LoadResult result = await LoadGenerator.RunAsync(server.Port, "/api/score", photos, connections, duration);
                    if (result.Other > 0)
                    {
                        throw new InvalidOperationException($"{name} answered {result.Other} requests with neither 200 nor 503.");
                    }

                    if (round >= 0)
                    {
                        (results.TryGetValue(name, out var list) ? list : results[name] = []).Add(result);
                    }
                }
            }

            foreach ((string name, List<LoadResult> rounds) in results)
            {
                table.Add($"{connections}", name, $"{Median.Of(rounds.Select(r => r.RequestsPerSecond)):F0}",
                    $"{Median.Of(rounds.Select(r => r.P50)):F1}", $"{Median.Of(rounds.Select(r => r.P99)):F1}",
                    $"{rounds.Sum(r => r.Shed)}");
            }

            double ours = Median.Of(results[Ours].Select(r => r.RequestsPerSecond));
            double best = results.Where(r => r.Key != Ours).Max(r => Median.Of(r.Value.Select(x => x.RequestsPerSecond)));
            table.Add($"{connections}", "**clocks / best node**", $"**{ours / best:F2} ×**", "", "", "");
        }

        table.Print();
        Console.WriteLine();
        await OverloadBenchmark.RunAsync(options, clocks.Process, photos);
    }
}
