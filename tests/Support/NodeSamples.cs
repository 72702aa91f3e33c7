using System.Diagnostics;

namespace ClockFunctions.Tests.Support;

/// <summary>The npm packages that the samples of an exported model run on, installed by their lockfile; tests skip without npm.</summary>
public static class NodeSamples
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly Lazy<Task> Installed = new(InstallAsync);

    public static string Folder { get; } = Path.Combine(SharedData.Root, "docs", "samples");

    /// <summary>Installs them once, unless they are there.</summary>
    public static Task EnsureAsync() => Installed.Value;

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it wrote to standard output.</returns>
    public static async Task<string> RunAsync(string program, string folder, params IReadOnlyList<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ONNXRUNTIME_NODE_INSTALL"] = "skip"; // its install script only fetches GPU libraries
        using Process process = Process.Start(start)!;
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
            string output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {output}{await errors}");
            return output;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task InstallAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "npm is a script there");
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
        {
            await RunAsync("npm", Folder, "ci", "--no-audit", "--no-fund");
        }
    }
}
