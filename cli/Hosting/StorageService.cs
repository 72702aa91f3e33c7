using Azure.Storage.Blobs;
using ClockFunctions.Cli.Azurite;
using ClockFunctions.Core.Hosting;
using ClockFunctions.Core.Serving;
using ClockFunctions.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Cli.Hosting;

/// <summary>Makes the storage usable while the API serves already: starts Azurite where that is wanted, and makes the containers.</summary>
/// <remarks>The host disposes of this after everything that uses the storage has ended, and Azurite ends then.</remarks>
public sealed class StorageService(
    Func<BlobServiceClient> storage, Func<StorageContainers> containers, CurrentModel model, AzuriteFolder folder, TimeProvider time,
    ILogger<StorageService> logger) : BackgroundService, IAsyncDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private AzuriteProcess? _azurite;

    /// <summary>Whether Azurite was started here.</summary>
    public bool StartedAzurite => _azurite is not null;

    /// <summary>Done once the containers are there.</summary>
    public Task Ready => _ready.Task;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _azurite, null) is { } started)
        {
            await started.DisposeAsync();
        }

        Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        HostLoop starting = new("Starting the storage (until then nothing is trained or published, and scoring goes on)", time, logger)
        {
            FailurePause = RetryInterval,
        };
        await starting.SucceedAsync(StartAsync, stoppingToken);

        async Task StartAsync(CancellationToken cancellation)
        {
            _azurite ??= await AzuriteProcess.StartIfNeededAsync(storage(), folder.Path, cancellation);
            await containers().EnsureAsync(cancellation);
            await model.PollAsync(cancellation);
            _ready.TrySetResult();
        }
    }
}

/// <summary>Where Azurite keeps its data, if it is started here.</summary>
public sealed record AzuriteFolder(string Path);
