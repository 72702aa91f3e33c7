using System.Diagnostics;

namespace ClockFunctions.Tests.Support;

/// <summary>npm packages that tests run programs on, installed by their lockfile at the first use.</summary>
public sealed class NodePackages
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Lazy<Task> _installed;

    private NodePackages(params string[] path)
    {
        Folder = Path.Combine([SharedData.Root, .. path]);
        _installed = new Lazy<Task>(InstallAsync);
    }

    /// <summary>What the samples of an exported model run on.</summary>
    public static NodePackages Samples { get; } = new("docs", "samples");

    /// <summary>The official clients of Custom Vision.</summary>
    public static NodePackages CustomVisionClients { get; } = new("tests", "CustomVision", "client");

    public string Folder { get; }

    /// <summary>Installs them once, unless they are there.</summary>
    public Task EnsureAsync() => _installed.Value;

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

    private async Task InstallAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "npm is a script there");
        // npm writes its own lock file last, so a cut installation is never taken for a whole one.
        if (!File.Exists(Path.Combine(Folder, "node_modules", ".package-lock.json")))
        {
            await RunAsync("npm", Folder, "ci", "--no-audit", "--no-fund");
        }
    }
}
