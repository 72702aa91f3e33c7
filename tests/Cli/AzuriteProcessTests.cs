using Azure.Storage.Blobs;
using ClockFunctions.Cli.Azurite;
using ClockFunctions.Core.Storage;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Cli;

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

    [Fact]
    public async Task WhatItSaysWhileItServesIsReadAndNotKept()
    {
        // Stands in for a talkative Azurite: says where it listens, then 32 MB on each pipe, then that all of it was read.
        const string Talkative = """
            const fs = require('fs'), path = require('path');
            fs.writeSync(1, 'successfully listens on http://127.0.0.1:1/\n');
            const line = 'x'.repeat(1023) + '\n';
            for (let i = 0; i < 32 * 1024; i++) { fs.writeSync(1, line); fs.writeSync(2, line); }
            fs.writeFileSync(path.join(process.argv[process.argv.indexOf('--location') + 1], 'said.txt'), '');
            """;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("azurite-");
        try
        {
            AzuriteInstallation talkative = new(folder.FullName);
            Directory.CreateDirectory(Path.GetDirectoryName(talkative.Script)!);
            await File.WriteAllTextAsync(talkative.Script, Talkative, Stop);
            await File.WriteAllTextAsync(talkative.FollowHostScript, "process.stdin.on('end', () => process.exit()).resume();", Stop);
            long before = GC.GetTotalMemory(forceFullCollection: true);

            await using AzuriteProcess azurite = await AzuriteProcess.StartAsync(talkative, 0, folder.FullName, accounts: null, Stop);
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            limit.CancelAfter(TimeSpan.FromSeconds(60));
            while (!File.Exists(Path.Combine(folder.FullName, "said.txt")))
            {
                await Task.Delay(50, limit.Token);
            }

            // Kept, the 64 million characters would be 128 MB; what other tests allocate meanwhile is far less.
            Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 64 << 20);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(LastWords.Length)]
    [InlineData(LastWords.Length + 1)]
    [InlineData((3 * LastWords.Length) + 17)]
    public async Task OnlyTheEndOfALongOutputIsRemembered(int length)
    {
        string said = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26))));

        Assert.Equal(said[Math.Max(0, length - LastWords.Length)..], await LastWords.OfAsync(new StringReader(said)));
    }

    private static BlobServiceClient Client(AzuriteProcess azurite) =>
        new($"DefaultEndpointsProtocol=http;AccountName=local;AccountKey={Key};BlobEndpoint={azurite.Address}local;");
}
