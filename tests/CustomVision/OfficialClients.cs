using System.Diagnostics;
using System.Text.Json;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.CustomVision;

/// <summary>Runs a script with the official npm clients, which are installed by their lockfile at the first use.</summary>
internal static class OfficialClients
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly SemaphoreSlim Installing = new(1);

    private static string Folder { get; } = Path.Combine(SharedData.Root, "tests", "CustomVision", "client");

    /// <summary>Whether tests can run it here.</summary>
    public static bool CanRun => !OperatingSystem.IsWindows();

    /// <summary>What the script wrote, as JSON.</summary>
    public static async Task<JsonElement> RunAsync(string script, string key, params string[] arguments)
    {
        await Installing.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            // npm writes its own lock file last.
            if (!File.Exists(Path.Combine(Folder, "node_modules", ".package-lock.json")))
            {
                await RunAsync("npm", null, ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
            }
        }
        finally
        {
            Installing.Release();
        }

        return JsonDocument.Parse(await RunAsync("node", key, [script, .. arguments])).RootElement;
    }

    private static async Task<string> RunAsync(string program, string? key, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["KEY"] = key;
        using Process process = Process.Start(start)!;
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
        Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        Assert.True(process.ExitCode == 0, await errors);
        return await output;
    }
}
