using System.Diagnostics;
using System.Text.Json;

namespace ClockFunctions.Tests.Support;

/// <summary><c>clocks serve</c> as a process of its own, on a free port.</summary>
public sealed class ClocksServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private ClocksServer(Process process, Task<string> errors, Uri address)
    {
        _process = process;
        _errors = errors;
        Client = new HttpClient { BaseAddress = address };
    }

    public HttpClient Client { get; }

    /// <summary>Starts it and waits for its summary.</summary>
    public static async Task<ClocksServer> StartAsync(string storage, params string[] arguments)
    {
        Process process = Process.Start(
            Command(["serve", "--port", "0", "--json", "--storage", storage, "--backbone", TestBackbone.Id, .. arguments]))!;
        Task<string> errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        string summary = "";
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience) is { } line)
        {
            summary += line;
            if (line == "}")
            {
                return new ClocksServer(
                    process, errors, new Uri(JsonDocument.Parse(summary).RootElement.GetProperty("urls")[0].GetString()!));
            }
        }

        throw new InvalidOperationException($"clocks serve ended: {await errors}");
    }

    /// <summary>Asks it to stop as a system does: SIGTERM.</summary>
    public void Terminate()
    {
        using Process kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Its exit code and what it logged, once it has ended.</summary>
    public async Task<(int ExitCode, string Errors)> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        return (_process.ExitCode, await _errors);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static ProcessStartInfo Command(IEnumerable<string> arguments) =>
        new(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "clocks.exe" : "clocks"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["Classifier__BackboneFolder"] = TestBackbone.Folder },
        };
}
