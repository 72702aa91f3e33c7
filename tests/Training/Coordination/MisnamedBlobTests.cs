using System.Text;
using System.Text.Json;
using Azure.Storage.Sas;
using ClockFunctions.Core.Storage;
using ClockFunctions.Core.Training.Coordination;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Training.Coordination;

/// <summary>Blobs with names that the service takes from others and that no address brings back.</summary>
public class MisnamedBlobTests(AzuriteFixture azurite)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheyAreCountedAndShownAndHoldNobodyUp()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        await new StorageContainers(storage.Client).EnsureAsync(Stop);
        TrainingImages images = new(storage);
        await images.AddAsync(from: 0, pairs: 8, Stop);
        await PutAsItIsAsync(storage, "training/clock/../000.jpg");
        await PutAsItIsAsync(storage, "training/other/dots..");
        await PutAsItIsAsync(storage, "inbox/..");
        await storage["inbox"].UploadBlobAsync("z.jpg", new BinaryData(SomePhoto.Jpeg()), Stop);

        await using (TrainingHost trainer = new(storage))
        {
            TrainingOutcome outcome = await trainer.Coordinator.ReconcileAsync(Stop);

            Assert.Equal(TrainingOutcomeKind.Published, outcome.Result);
            Assert.Equal(images.Fingerprint, await trainer.PublishedFingerprintAsync(Stop));
            Assert.Equal((16, 0, 0), (outcome.Ingest!.Extracted, outcome.Ingest.Gone, outcome.Ingest.Unreadable));
            BinaryData report = await trainer.Registry.Versions.ReadReportAsync(outcome.Version!, Stop);
            Assert.Contains("2 blobs have names that cannot be used, the first: clock/../000.jpg", $"{report}", StringComparison.Ordinal);
        }

        await using ServingHost host = await ServingHost.StartWatchingAsync(storage.ConnectionString);
        JsonElement health = await ServingHost.JsonAsync(await host.Client.GetAsync("/api/health", Stop));
        Assert.Equal(
            "2 blobs have names that cannot be used, the first: clock/../000.jpg has a part between slashes that ends with a dot. " +
            "Store them under others.",
            health.GetProperty("training").GetProperty("misnamed").GetString());
        await Eventually.TrueAsync(
            async () => await storage["scores"].GetBlobClient("z.jpg.json").ExistsAsync(Stop), "The inbox is scored.");
    }

    /// <summary>Writes a blob whose address is sent as it stands, as no client library would.</summary>
    private static async Task PutAsItIsAsync(TestStorage storage, string path)
    {
        Uri signed = storage[path.Split('/')[0]].GenerateSasUri(BlobContainerSasPermissions.All, DateTimeOffset.MaxValue.AddYears(-1));
        Uri account = storage.Client.Uri;
        byte[] image = SomePhoto.Jpeg();
        string head =
            $"PUT {account.AbsolutePath.TrimEnd('/')}/{path}{signed.Query} HTTP/1.1\r\nHost: {account.Authority}\r\nConnection: close\r\n" +
            $"x-ms-blob-type: BlockBlob\r\nx-ms-version: 2024-11-04\r\nContent-Length: {image.Length}\r\n\r\n";
        using RawClient raw = await RawClient.ConnectAsync(account);
        await raw.SendAsync(Encoding.ASCII.GetBytes(head));
        await raw.SendAsync(image);
        Assert.StartsWith("HTTP/1.1 201 ", await raw.ReadToEndAsync());
    }
}
