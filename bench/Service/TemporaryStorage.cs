using System.Text;
using Azure.Storage.Blobs;
using ClockFunctions.Cli.Azurite;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Storage;

namespace ClockFunctions.Bench.Service;

/// <summary>An empty storage account on an Azurite of its own, on disk in a temporary folder; both go when it is disposed.</summary>
public sealed class TemporaryStorage : IAsyncDisposable
{
    private const string Account = "bench";

    private static readonly string Key = Convert.ToBase64String(Encoding.ASCII.GetBytes("benchmarks only, on 127.0.0.1"));

    private readonly AzuriteProcess _azurite;
    private readonly DirectoryInfo _folder;

    private TemporaryStorage(AzuriteProcess azurite, DirectoryInfo folder)
    {
        (_azurite, _folder) = (azurite, folder);
        ConnectionString = $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint={azurite.Address}{Account};";
        Containers = new StorageContainers(new BlobServiceClient(ConnectionString));
        Training = new TrainingContainer(Containers);
    }

    /// <summary>For a process of its own.</summary>
    public string ConnectionString { get; }

    /// <summary>They exist from the start.</summary>
    public StorageContainers Containers { get; }

    public TrainingContainer Training { get; }

    /// <exception cref="AzuriteException">Azurite could not be installed or started.</exception>
    public static async Task<TemporaryStorage> StartAsync()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("clocks-bench");
        TemporaryStorage storage = new(
            await AzuriteProcess.StartAsync(port: 0, folder.FullName, $"{Account}:{Key}", CancellationToken.None), folder);
        await storage.Containers.EnsureAsync(CancellationToken.None);
        return storage;
    }

    /// <summary>Uploads photos as <c>clocks push</c> does.</summary>
    public Task PushAsync(ImageFolder photos) => new FolderPush(Training, new TrainingStateBlob(Containers, TimeProvider.System))
        .RunAsync(photos, FolderPush.DefaultConcurrency, progress: null, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _azurite.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
