using System.Diagnostics;

namespace ClockFunctions.Tests.Support;

/// <summary>A real browser without a window, for pages; tests skip where there is none.</summary>
public sealed class Chromium : IDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    private readonly string _profile = Directory.CreateTempSubdirectory("clocks-chromium-").FullName;

    /// <summary>What the page logged and what Chromium could not do for it: violations of its policy, errors of scripts.</summary>
    public string Console { get; private set; } = "";

    /// <summary>Every URL that the browser asked the network or the disk for.</summary>
    public IReadOnlyList<string> Requests { get; private set; } = [];

    /// <summary>Renders a file, or a page of this machine, and takes a picture of it.</summary>
    /// <returns>A PNG.</returns>
    public async Task<byte[]> ScreenshotAsync(string page, CancellationToken cancellation)
    {
        string picture = Path.Combine(_profile, "page.png");
        string network = Path.Combine(_profile, "network.json");
        ProcessStartInfo start = new(Find())
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            ArgumentList =
            {
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars", "--enable-logging=stderr",
                // Nothing outside of this machine can be reached, so a test depends on no network and troubles none.
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                $"--user-data-dir={_profile}", $"--log-net-log={network}", "--window-size=1280,4000", $"--screenshot={picture}",
                new Uri(page).AbsoluteUri,
            },
        };
        using Process process = Process.Start(start)!;
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(patience.Token);
            _ = await process.StandardOutput.ReadToEndAsync(patience.Token);
            Console = string.Join('\n', (await errors).Split('\n').Where(line => line.Contains(":CONSOLE", StringComparison.Ordinal)));
            await process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        Requests = [
            .. System.Text.RegularExpressions.Regex.Matches(await File.ReadAllTextAsync(network, cancellation), "\"url\":\"([^\"]+)\"")
            .Select(match => match.Groups[1].Value).Distinct()];
        return await File.ReadAllBytesAsync(picture, cancellation);
    }

    public void Dispose()
    {
        // Chromium's helpers may outlive it for an instant and still write.
        try
        {
            Directory.Delete(_profile, recursive: true);
        }
        catch (IOException)
        {
            // The system's own folder for temporary files is cleaned by the system.
        }
    }

    private static string Find()
    {
        string? found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
        Assert.SkipWhen(found is null, "No Chromium or Chrome is installed.");
        return found!;
    }
}
