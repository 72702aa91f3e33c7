using System.Diagnostics;
using ClockFunctions.Bench.Service;

namespace ClockFunctions.Bench.ColdStart;

/// <summary>
/// From the creation of the process to the first score over HTTP, beside a running storage: the program as <c>dotnet publish</c> leaves it,
/// compiled
/// ahead of time, against the same program compiled as it runs. The two take turns; medians.
/// </summary>
public static class ColdStartBenchmark
{
    private const int StartsARound = 5;

    public static async Task RunAsync(BenchOptions options)
    {
        byte[] photo = await File.ReadAllBytesAsync(options.Photos(1)[0]);
        string folder = Directory.CreateTempSubdirectory("clocks-bench").FullName;
        try
        {
            await ChildProcess.RunAsync(
                "dotnet", ["publish", Path.Combine(BenchOptions.Root, "cli"), "-c", "Release", "-v", "quiet", "-o", folder]);
            (string Name, string[] Program)[] programs =
            [
                ("published (ReadyToRun)", [Path.Combine(folder, OperatingSystem.IsWindows() ? "clocks.exe" : "clocks")]),
                ("built (compiled as it runs)", ["dotnet", Path.Combine(AppContext.BaseDirectory, "clocks.dll")]),
            ];
            await using TemporaryStorage storage = await TemporaryStorage.StartAsync();
            string[] arguments = ["--storage", storage.ConnectionString, "--backbone", options.Backbone];

            Table table = new(
                "program", "runtime ms", "listening ms", "first score ms", "of it decode", "preprocess", "backbone", "head", "processor ms",
                "resident MB", "libtorch");
            Dictionary<string, (List<double> Runtime, List<Start> Starts)> measured = programs.ToDictionary(
                p => p.Name, _ => (new List<double>(), new List<Start>()));
            for (int i = 0; i < options.Rounds * StartsARound; i++)
            {
                foreach ((string name, string[] program) in programs)
                {
                    measured[name].Runtime.Add(await VersionAsync(program));
                    measured[name].Starts.Add(await Start.MeasureAsync(program, arguments, photo));
                }
            }

            foreach ((string name, _) in programs)
            {
                (List<double> runtime, List<Start> starts) = measured[name];
                table.Add(name, $"{Median.Of(runtime):F0}", Text(starts, s => s.Listening), $"**{Text(starts, s => s.Scored)}**",
                    Text(starts, s => s.First.DecodeMs), Text(starts, s => s.First.PreprocessMs), Text(starts, s => s.First.BackboneMs),
                    Text(starts, s => s.First.HeadMs),
                    Text(starts, s => s.Processor), Text(starts, s => s.Megabytes), starts.Any(s => s.Torch) ? "loaded" : "not loaded");
            }

            table.Print();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What no program on this runtime can do without: start, parse the command line, end.</summary>
    private static async Task<double> VersionAsync(string[] program)
    {
        long began = Stopwatch.GetTimestamp();
        await ChildProcess.RunAsync(program[0], [.. program.Skip(1), "--version"]);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private static string Text(List<Start> starts, Func<Start, double> value) => $"{Median.Of(starts.Select(value)):F0}";
}
