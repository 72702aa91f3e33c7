using System.Diagnostics;

namespace ClockFunctions.Bench.ColdStart;

/// <summary><c>clocks</c> as <c>dotnet publish</c> leaves it: compiled ahead of time (ReadyToRun), started without <c>dotnet run</c>.</summary>
public static class PublishedHost
{
    /// <summary>Publishes into a folder.</summary>
    /// <returns>The program's path.</returns>
    /// <exception cref="InvalidOperationException">The build failed.</exception>
    public static async Task<string> PublishAsync(string folder)
    {
        string project = Path.Combine(BenchOptions.Root, "cli");
        ProcessStartInfo start = new("dotnet", ["publish", project, "-c", "Release", "-v", "quiet", "-o", folder]) { RedirectStandardOutput = true };
        using Process publish = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        string output = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        return publish.ExitCode == 0
            ? Path.Combine(folder, OperatingSystem.IsWindows() ? "clocks.exe" : "clocks")
            : throw new InvalidOperationException($"dotnet publish {project} failed: {output}");
    }
}
