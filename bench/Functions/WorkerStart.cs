using System.Diagnostics;
using ClockFunctions.StandIn;

namespace ClockFunctions.Bench.Functions;

/// <summary>One start of a worker, from the process's creation to its first score. Times in ms.</summary>
/// <param name="Loaded">The host had loaded every function.</param>
/// <param name="Scored">The first score's answer was there.</param>
/// <param name="Processor">Processor time of the process until then.</param>
/// <param name="Bytes">Resident memory then.</param>
internal sealed record WorkerStart(double Loaded, double Scored, double Processor, double Bytes)
{
    public static async Task<WorkerStart> MeasureAsync(FunctionsApp app, byte[] photo)
    {
        await using FunctionsWorker worker = await app.StartAsync();
        TimeSpan loaded = Stopwatch.GetElapsedTime(worker.Process.Started);
        await ScoreLoop.RunAsync(worker, [photo], connections: 1, scores: 1);
        TimeSpan scored = Stopwatch.GetElapsedTime(worker.Process.Started);
        WorkerProcess process = worker.Process;
        return new WorkerStart(
            loaded.TotalMilliseconds, scored.TotalMilliseconds, process.ProcessorTime.TotalMilliseconds, process.ResidentBytes);
    }
}
