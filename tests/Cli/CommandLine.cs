using System.Diagnostics;
using System.Text.Json;

namespace ClockFunctions.Tests.Cli;

/// <summary>Runs the real command line as its own process.</summary>
internal static class CommandLine
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>What a run of <c>clocks</c> left behind.</summary>
    public sealed record Run(int ExitCode, string Output, string Error)
    {
        /// <summary>Standard output as JSON.</summary>
        public JsonElement Json => JsonDocument.Parse(Output).RootElement;
    }

    /// <summary>Runs it to its end; killed, and the test failed, if that takes minutes.</summary>
    public static async Task<Run> RunAsync(params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "clocks.exe" : "clocks");
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
        Task<string> error = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        // 128 and the signal's number: no command line ends so by itself.
        Assert.True(process.ExitCode < 128, $"clocks was ended with {process.ExitCode}: {await error}");
        return new Run(process.ExitCode, await output, await error);
    }
}
