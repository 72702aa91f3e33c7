using System.Diagnostics;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Azure.Storage.Blobs;

namespace ClockFunctions.Cli.Azurite;

/// <summary>
/// A running Azurite blob service on the loopback interface. It ends with this object, or with this process
/// however that ends, and writes its data to disk as it does.
/// </summary>
public sealed partial class AzuriteProcess : IAsyncDisposable
{
    /// <summary>The port of <c>UseDevelopmentStorage=true</c>.</summary>
    public const int DevelopmentPort = 10000;

    /// <summary>From start to the first answer takes about 1.5 s; a busy machine may take many times that.</summary>
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Writing tens of thousands of blobs' records at the end takes a moment.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);

    private readonly Process _process;

    private AzuriteProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    /// <summary><c>http://127.0.0.1:PORT/</c>; an account's endpoint is this plus its name.</summary>
    public Uri Address { get; }

    /// <summary>
    /// Starts Azurite if <paramref name="storage"/> is the development storage on this machine and nothing listens there.
    /// </summary>
    /// <param name="storage">The storage that is about to be used.</param>
    /// <param name="folder">Where Azurite keeps its data.</param>
    /// <param name="cancellation">Gives up waiting for it.</param>
    /// <returns>The process, to dispose of after the last use of the storage; null when there was nothing to start.</returns>
    /// <exception cref="AzuriteException">It could not be installed or started.</exception>
    public static async Task<AzuriteProcess?> StartIfNeededAsync(BlobServiceClient storage, string folder, CancellationToken cancellation)
    {
        bool development = storage.Uri is { IsLoopback: true, Port: DevelopmentPort };
        return !development || await ListensAsync(DevelopmentPort, cancellation)
            ? null
            : await StartAsync(DevelopmentPort, folder, accounts: null, cancellation);
    }

    /// <summary>Starts Azurite and waits until it listens.</summary>
    /// <param name="port">TCP port; 0 for a free one.</param>
    /// <param name="folder">Where it keeps its data; null keeps them in memory.</param>
    /// <param name="accounts">Account names and base64 keys, <c>name:key;…</c>; null for the well-known development account.</param>
    /// <param name="cancellation">Gives up waiting for it.</param>
    /// <exception cref="AzuriteException">It could not be installed or started.</exception>
    public static async Task<AzuriteProcess> StartAsync(int port, string? folder, string? accounts, CancellationToken cancellation)
    {
        AzuriteInstallation installation = await AzuriteInstallation.EnsureAsync(cancellation);
        return await StartAsync(installation, port, folder, accounts, cancellation);
    }

    /// <inheritdoc cref="StartAsync(int, string?, string?, CancellationToken)"/>
    internal static async Task<AzuriteProcess> StartAsync(
        AzuriteInstallation installation, int port, string? folder, string? accounts, CancellationToken cancellation)
    {
        Process process = AzuriteInstallation.StartOrExplain(Command(installation, port, folder, accounts));
        try
        {
            Uri address = await AddressAsync(process, cancellation).WaitAsync(StartTimeout, cancellation);
            return new AzuriteProcess(process, address);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException or AzuriteException)
        {
            if (!process.HasExited)
            {
                process.Kill();
            }

            process.Dispose();
            throw e is TimeoutException ? new AzuriteException($"Azurite did not listen within {StartTimeout.TotalSeconds:0} s.", e) : e;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            try
            {
                await _process.WaitForExitAsync().WaitAsync(StopTimeout);
            }
            catch (TimeoutException)
            {
                _process.Kill();
            }
        }

        _process.Dispose();
    }

    private static ProcessStartInfo Command(AzuriteInstallation installation, int port, string? folder, string? accounts)
    {
        ProcessStartInfo start = new("node", [
            "--require", installation.FollowHostScript, installation.Script,
            "--blobHost", "127.0.0.1", "--blobPort", $"{port}",
            // The client library speaks newer versions of the protocol than Azurite knows by name.
            "--skipApiVersionCheck",
            "--silent", "--disableTelemetry"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (folder is null)
        {
            start.ArgumentList.Add("--inMemoryPersistence");
        }
        else
        {
            Directory.CreateDirectory(folder);
            start.ArgumentList.Add("--location");
            start.ArgumentList.Add(folder);
        }

        if (accounts is not null)
        {
            start.Environment["AZURITE_ACCOUNTS"] = accounts;
        }

        return start;
    }

    /// <summary>
    /// Reads Azurite's output until it says where it listens. Both pipes are emptied for as long as it lives, since a
    /// full one would stop it, but nobody needs what it says after that: nothing of it is kept.
    /// </summary>
    private static async Task<Uri> AddressAsync(Process process, CancellationToken cancellation)
    {
        Task<string> errors = LastWords.OfAsync(process.StandardError);
        while (await process.StandardOutput.ReadLineAsync(cancellation) is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                _ = LastWords.OfAsync(process.StandardOutput);
                return new Uri(match.Groups[1].Value);
            }
        }

        throw new AzuriteException($"Azurite ended before it listened: {(await errors).Trim()}");
    }

    private static async Task<bool> ListensAsync(int port, CancellationToken cancellation)
    {
        using TcpClient probe = new();
        try
        {
            await probe.ConnectAsync("127.0.0.1", port, cancellation);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"successfully listens on (http://\S+)")]
    private static partial Regex Listening();
}
