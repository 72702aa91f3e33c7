using Azure.Storage.Blobs;
using ClockFunctions.Core.Storage;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Storage;

public class AzuriteProcessTests(AzuriteFixture azurite)
{
    private const string Key = "bG9jYWwga2V5";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatWasWrittenIsThereAfterARestart()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("azurite-");
        try
        {
            await using (AzuriteProcess first = await AzuriteProcess.StartAsync(0, folder.FullName, $"local:{Key}", Stop))
            {
                BlobContainerClient training = new StorageContainers(Client(first)).Training;
                await training.CreateAsync(cancellationToken: Stop);
                await training.UploadBlobAsync("clock/a.jpg", BinaryData.FromString("a"), Stop);
            }

            await using AzuriteProcess second = await AzuriteProcess.StartAsync(0, folder.FullName, $"local:{Key}", Stop);
            BlobClient blob = new StorageContainers(Client(second)).Training.GetBlobClient("clock/a.jpg");
            Assert.Equal("a", (await blob.DownloadContentAsync(Stop)).Value.Content.ToString());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task AStorageElsewhereIsNeverStarted()
    {
        BlobServiceClient cloud = new(new Uri("https://account.blob.core.windows.net/"));
        BlobServiceClient own = (await azurite.NewStorageAsync()).Client;

        Assert.Null(await AzuriteProcess.StartIfNeededAsync(cloud, "unused", Stop));
        Assert.Null(await AzuriteProcess.StartIfNeededAsync(own, "unused", Stop));
    }

    [Fact]
    public async Task ATakenPortIsExplained()
    {
        await using AzuriteProcess first = await AzuriteProcess.StartAsync(0, folder: null, $"local:{Key}", Stop);

        AzuriteException refused = await Assert.ThrowsAsync<AzuriteException>(
            () => AzuriteProcess.StartAsync(first.Address.Port, folder: null, $"local:{Key}", Stop));

        Assert.Contains("EADDRINUSE", refused.Message);
    }

    private static BlobServiceClient Client(AzuriteProcess azurite) =>
        new($"DefaultEndpointsProtocol=http;AccountName=local;AccountKey={Key};BlobEndpoint={azurite.Address}local;");
}
