using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using ClockFunctions.Core.Serving;

namespace ClockFunctions.Bench.ColdStart;

/// <summary>One start of <c>clocks serve</c>, from the process's creation to its first score. Times in ms.</summary>
/// <param name="Listening">A connection was accepted.</param>
/// <param name="Scored">The first score's answer was read.</param>
/// <param name="First">That score's own timing.</param>
/// <param name="Processor">Processor time of the process until then.</param>
/// <param name="Megabytes">Resident memory then.</param>
/// <param name="Torch">Whether libtorch was mapped then.</param>
public sealed record Start(double Listening, double Scored, ScoreTiming First, double Processor, double Megabytes, bool Torch)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <param name="program">The program and the arguments that stand before the verb.</param>
    /// <param name="arguments">Arguments of the verb, but for the port.</param>
    /// <param name="photo">What to score.</param>
    public static async Task<Start> MeasureAsync(IReadOnlyList<string> program, IReadOnlyList<string> arguments, byte[] photo)
    {
        int port = ServerProcess.FreePort();
        ProcessStartInfo info = new(
            program[0], [.. program.Skip(1), "serve", "--port", port.ToString(CultureInfo.InvariantCulture), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        using ByteArrayContent content = new(photo) { Headers = { ContentType = new MediaTypeHeaderValue("image/jpeg") } };
        long began = Stopwatch.GetTimestamp();
        using Process process = Process.Start(info) ?? throw new InvalidOperationException($"{program[0]} did not start.");
        try
        {
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            await ConnectAsync(port, process);
            TimeSpan listening = Stopwatch.GetElapsedTime(began);
            using HttpResponseMessage answer = await client.PostAsync(new Uri("/api/score", UriKind.Relative), content);
            Core.Serving.Score score = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<Core.Serving.Score>(
                Core.Json.Compact) ?? throw new JsonException("No score.");
            TimeSpan scored = Stopwatch.GetElapsedTime(began);
            process.Refresh();
            bool torch = File.Exists($"/proc/{process.Id}/maps")
                && (await File.ReadAllTextAsync($"/proc/{process.Id}/maps")).Contains("libtorch", StringComparison.OrdinalIgnoreCase);
            return new Start(
                listening.TotalMilliseconds, scored.TotalMilliseconds, score.Timing, process.TotalProcessorTime.TotalMilliseconds,
                process.WorkingSet64 / 1e6, torch);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private static async Task ConnectAsync(int port, Process process)
    {
        long began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
                return;
            }
            catch (SocketException) when (!process.HasExited && Stopwatch.GetElapsedTime(began) < Limit)
            {
                await Task.Delay(1); // not listening yet
            }
        }
    }
}
