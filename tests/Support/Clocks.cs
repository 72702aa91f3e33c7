using System.Diagnostics;

namespace ClockFunctions.Tests.Support;

/// <summary>Runs the command line as its users do: a process of its own.</summary>
public static class Clocks
{
    /// <summary>Runs <c>clocks</c> with the arguments and waits for its end.</summary>
    public static async Task<CommandResult> RunAsync(params IReadOnlyList<string> arguments)
    {
        ProcessStartInfo start = new(
            Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "clocks.exe" : "clocks"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new(process.ExitCode, await output, await error);
    }
}

/// <summary>What a command said.</summary>
public sealed record CommandResult(int ExitCode, string Output, string Error);
