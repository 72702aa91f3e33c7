using System.ComponentModel;
using System.Diagnostics;

namespace ClockFunctions.Cli.Azurite;

/// <summary>
/// Azurite, Azure Storage's emulator, as <c>tools/azurite/package-lock.json</c> pins it. Installed by <c>npm ci</c>
/// at its first use; nothing outside that folder is touched.
/// </summary>
/// <param name="Folder">The repository's <c>tools/azurite</c>.</param>
public sealed record AzuriteInstallation(string Folder)
{
    /// <summary>Installing downloads some 30 MB; slower than this is a broken network.</summary>
    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(5);

    /// <summary>The blob service's entry script.</summary>
    internal string Script => Path.Combine(Folder, "node_modules", "azurite", "dist", "src", "blob", "main.js");

    /// <summary>Ties Azurite's life to ours; its comments say how.</summary>
    internal string FollowHostScript => Path.Combine(Folder, "follow-host.cjs");

    /// <summary>Finds the folder above the program and installs what is missing. Safe to call from several processes at once.</summary>
    /// <exception cref="AzuriteException">There is no such folder, no Node.js, or <c>npm ci</c> failed.</exception>
    public static async Task<AzuriteInstallation> EnsureAsync(CancellationToken cancellation)
    {
        AzuriteInstallation installation = new(FindFolder());
        if (installation.IsComplete())
        {
            return installation;
        }

        // Two processes must not install into one folder: the second waits for the first and finds it done.
        await using FileStream turn = await TakeTurnAsync(Path.Combine(installation.Folder, ".install.lock"), cancellation);
        if (!installation.IsComplete())
        {
            await installation.InstallAsync(cancellation);
        }

        return installation;
    }

    /// <summary>npm writes its own lock file last, so a cut installation is never taken for a whole one.</summary>
    private bool IsComplete() =>
        File.Exists(Script) && File.Exists(Path.Combine(Folder, "node_modules", ".package-lock.json"));

    private static string FindFolder()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            string candidate = Path.Combine(folder, "tools", "azurite");
            if (File.Exists(Path.Combine(candidate, "package-lock.json")))
            {
                return candidate;
            }
        }

        throw new AzuriteException(
            "Azurite is started from a checkout of the repository (tools/azurite), and there is none above this program: "
            + "start Azurite yourself, or set AzureWebJobsStorage to another storage.");
    }

    private async Task InstallAsync(CancellationToken cancellation)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(InstallTimeout);
        ProcessStartInfo start = new(
            OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process npm = StartOrExplain(start);
        Task<string> output = LastWords.OfAsync(npm.StandardOutput);
        Task<string> errors = LastWords.OfAsync(npm.StandardError);
        try
        {
            await npm.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            npm.Kill(entireProcessTree: true);
            cancellation.ThrowIfCancellationRequested();
            throw new AzuriteException($"npm ci in {Folder} did not finish within {InstallTimeout.TotalMinutes:0} minutes.");
        }

        if (npm.ExitCode != 0)
        {
            throw new AzuriteException($"npm ci in {Folder} failed: {(await errors + await output).Trim()}");
        }
    }

    internal static Process StartOrExplain(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            throw new AzuriteException(
                $"Azurite, the local storage, needs Node.js 20 or later with npm on the PATH ({start.FileName}: {missing.Message}). "
                + "Install it, or set AzureWebJobsStorage to another storage.",
                missing);
        }
    }

    private static async Task<FileStream> TakeTurnAsync(string path, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellation);
            }
        }
    }
}
