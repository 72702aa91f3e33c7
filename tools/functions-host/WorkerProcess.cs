using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace ClockFunctions.StandIn;

/// <summary>The process of a worker, started with the arguments and the environment that the host gives it.</summary>
public sealed class WorkerProcess : IAsyncDisposable
{
    /// <summary>The host's own limit on one message, 2 GiB less a byte.</summary>
    private const int LargestMessage = int.MaxValue;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    internal WorkerProcess(string folder, string workerId, Uri host, IReadOnlyDictionary<string, string?> settings)
    {
        (string program, string worker) = ReadConfiguration(folder);
        string request = Guid.NewGuid().ToString();
        string port = host.Port.ToString(CultureInfo.InvariantCulture);
        string largest = LargestMessage.ToString(CultureInfo.InvariantCulture);
        ProcessStartInfo start = new(program,
        [
            Path.Combine(folder, worker),
            "--host", host.Host, "--port", port, "--workerId", workerId, "--requestId", request, "--grpcMaxMessageLength", largest,
            "--functions-uri", host.AbsoluteUri, "--functions-worker-id", workerId, "--functions-request-id", request,
            "--functions-grpc-max-message-length", largest,
        ])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["FUNCTIONS_WORKER_DIRECTORY"] = folder;
        start.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = folder;
        foreach ((string name, string? value) in settings)
        {
            start.Environment[name] = value;
        }

        Started = Stopwatch.GetTimestamp();
        _process = Process.Start(start) ?? throw new WorkerException($"{program} did not start.");
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Timestamp of <see cref="Stopwatch"/> just before the process was made.</summary>
    public long Started { get; }

    /// <summary>What it wrote to its standard output and standard error, oldest first.</summary>
    public IReadOnlyCollection<string> Output => _output;

    /// <summary>Memory in RAM now, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Processor time so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The exit code, once there is one; 128 and the signal's number where a signal ended it.</summary>
    public async Task<int> ExitAsync(CancellationToken cancellation)
    {
        await _process.WaitForExitAsync(cancellation);
        return _process.ExitCode;
    }

    /// <summary>SIGTERM, with which the platform asks a process to end. Not on Windows, which has no such signal.</summary>
    public async Task TerminateAsync()
    {
        using Process kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
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
            await KillAsync();
        }

        _process.Dispose();
    }

    private void Note(string? line)
    {
        if (line is not null)
        {
            _output.Enqueue(line);
        }
    }

    /// <summary>What the app's <c>worker.config.json</c> tells the host to start.</summary>
    private static (string Program, string Worker) ReadConfiguration(string folder)
    {
        using JsonDocument configuration = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "worker.config.json")));
        JsonElement description = configuration.RootElement.GetProperty("description");
        return (description.GetProperty("defaultExecutablePath").GetString()!, description.GetProperty("defaultWorkerPath").GetString()!);
    }
}
