using Azure.Storage.Blobs.Models;
using ClockFunctions.Core.Storage;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Functions;

/// <summary>What a test wants to know of the storage that an app works on.</summary>
internal static class AppStorage
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A storage with the containers of a deployment.</summary>
    public static async Task<TestStorage> NewAppStorageAsync(this AzuriteFixture azurite)
    {
        TestStorage storage = await azurite.NewStorageAsync();
        await new StorageContainers(storage.Client).EnsureAsync(Cancellation);
        return storage;
    }

    /// <summary>Which data the published version saw; null when there is none.</summary>
    public static async Task<string?> PublishedFingerprintAsync(this TestStorage storage)
    {
        ModelRegistry registry = new(new StorageContainers(storage.Client), TimeProvider.System);
        return (await registry.Current.ReadAsync(known: null, Cancellation)).Head is { Version: var version }
            ? (await registry.Versions.ReadHeadAsync(version, Cancellation)).Manifest.Fingerprint : null;
    }

    /// <summary>The complete versions, published or not.</summary>
    public static async Task<IReadOnlyList<string>> VersionsAsync(this TestStorage storage)
    {
        List<string> versions = [];
        await foreach (BlobItem blob in storage["models"].GetBlobsAsync(new GetBlobsOptions { Prefix = "heads/" }, Cancellation))
        {
            if (blob.Name.EndsWith("/head.json", StringComparison.Ordinal))
            {
                versions.Add(blob.Name);
            }
        }

        return versions;
    }
}
