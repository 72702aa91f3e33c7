using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace ClockFunctions.Tests.Support;

/// <summary><c>clocks serve</c> as a process of its own, which can be killed.</summary>
public sealed class ServeProcess : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> _log = new();

    private ServeProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => ReadSummary(line.Data);
        process.ErrorDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Where it listens, once it does.</summary>
    public Task<Uri> Address => _address.Task;

    /// <summary>What it logged so far.</summary>
    public IReadOnlyCollection<string> Log => _log;

    /// <summary>Every finished look at the dataset, from the log.</summary>
    public IReadOnlyList<TrainingLook> Looks => [.. _log.Select(TrainingLook.Parse).OfType<TrainingLook>()];

    /// <summary>Starts it on a free port with the settings of <see cref="TrainingHost"/>.</summary>
    public static ServeProcess Start(TestStorage storage)
    {
        ProcessStartInfo start = new(
            Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "clocks.exe" : "clocks"),
            ["serve", "--port", "0", "--json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string? value) in TrainingHost.Settings(storage))
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        return new ServeProcess(Process.Start(start)!);
    }

    /// <summary>SIGKILL: no handler runs, nothing is tidied up.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using Process terminate = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            await terminate.WaitForExitAsync();
            try
            {
                await _process.WaitForExitAsync().WaitAsync(StopTimeout);
            }
            catch (TimeoutException)
            {
                _process.Kill();
            }
        }

        _process.Dispose();
    }

    /// <summary>The summary is JSON over several lines: its addresses are all that is wanted.</summary>
    private void ReadSummary(string? line)
    {
        string text = line?.Trim().Trim(',', '"') ?? "";
        if (text.StartsWith("http://127.0.0.1:", StringComparison.Ordinal) && Uri.TryCreate(text, UriKind.Absolute, out Uri? uri))
        {
            _address.TrySetResult(uri);
        }
    }
}

/// <summary>One look at the dataset, as a coordinator logs it.</summary>
public sealed record TrainingLook(DateTimeOffset Started, DateTimeOffset Ended, string Lease, string Outcome)
{
    /// <summary>Null for other lines.</summary>
    public static TrainingLook? Parse(string line)
    {
        if (!line.StartsWith('{'))
        {
            return null;
        }

        using JsonDocument json = JsonDocument.Parse(line);
        return json.RootElement.TryGetProperty("State", out JsonElement state) && state.TryGetProperty(nameof(Lease), out _)
            ? state.Deserialize<TrainingLook>() : null;
    }
}
