using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ClockFunctions.Bench;

/// <summary>A server under test: its own process on a free loopback port, ended when disposed.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Processor time since its start, summed over cores, in steps of a hundredth of a second.</summary>
    public TimeSpan Cpu => Refreshed().TotalProcessorTime;

    /// <summary>Bytes of memory that it holds now.</summary>
    public long ResidentBytes => Refreshed().WorkingSet64;

    /// <summary>Most bytes of memory that it held since <see cref="ResetPeak"/>.</summary>
    public long PeakResidentBytes => Refreshed().PeakWorkingSet64;

    /// <summary>Lets <see cref="PeakResidentBytes"/> start again from what is held now; Linux only.</summary>
    public void ResetPeak() => File.WriteAllText($"/proc/{_process.Id}/clear_refs", "5");

    /// <summary>Starts <paramref name="file"/> and waits until <c>/api/health</c> answers 200.</summary>
    /// <param name="file">The program.</param>
    /// <param name="arguments">Arguments, given the port to listen on.</param>
    /// <param name="environment">Variables on top of this process's own.</param>
    /// <param name="log">Told each line of its standard error; null for nobody.</param>
    /// <exception cref="InvalidOperationException">The server ended or was not ready within 60 s.</exception>
    public static async Task<ServerProcess> StartAsync(
        string file, Func<int, IEnumerable<string>> arguments, IReadOnlyDictionary<string, string> environment, Action<string>? log = null)
    {
        int port = FreePort();
        ProcessStartInfo start = new(file, arguments(port)) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start.");
        process.OutputDataReceived += (_, _) => { };
        List<string> errors = [];
        process.ErrorDataReceived += (_, line) =>
        {
            log?.Invoke(line.Data ?? "");
            lock (errors)
            {
                errors.Add(line.Data ?? "");
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        using HttpClient client = new() { Timeout = TimeSpan.FromSeconds(5) };
        for (int attempt = 0; attempt < 600 && !process.HasExited; attempt++)
        {
            try
            {
                using HttpResponseMessage answer = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/api/health"));
                if (answer.IsSuccessStatusCode)
                {
                    return new ServerProcess(process, port);
                }
            }
            catch (HttpRequestException)
            {
                // not listening yet
            }

            await Task.Delay(100);
        }

        process.Kill(entireProcessTree: true);
        lock (errors)
        {
            throw new InvalidOperationException($"{file} was not ready within 60 s: {string.Join(Environment.NewLine, errors)}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private Process Refreshed()
    {
        _process.Refresh();
        return _process;
    }

    internal static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
