using System.Net.Sockets;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using ClockFunctions.Core.Storage;
using ClockFunctions.Tests.Support;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace ClockFunctions.Tests.Storage;

public class StorageFailureTests(AzuriteFixture azurite)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<StorageFault, string> FaultsByOperation
    {
        get
        {
            TheoryData<StorageFault, string> data = [];
            foreach (StorageFault fault in StorageFaults.Failing)
            {
                foreach (string operation in (string[])["list", "download", "stream", "upload", "properties"])
                {
                    // An answer without a body cannot be cut.
                    if (fault != StorageFault.CutInTheMiddle || operation is "list" or "download" or "stream")
                    {
                        data.Add(fault, operation);
                    }
                }
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(FaultsByOperation))]
    public async Task WhateverAStorageAnswersWronglyIsAFailureOfTheStorage(StorageFault fault, string operation)
    {
        TestStorage real = await azurite.NewStorageAsync();
        await new StorageContainers(real.Client).EnsureAsync(Stop);
        await real["training"].UploadBlobAsync("clock/a.bin", new BinaryData(new byte[100_000]), Stop);
        await using FickleStorage fickle = await FickleStorage.StartAsync(real);
        BlobServiceClient client = new(fickle.Storage.ConnectionString, Impatient());
        BlobContainerClient training = client.GetBlobContainerClient("training");
        fickle.Spoil(fault);

        Exception? thrown = await Record.ExceptionAsync(() => operation switch
        {
            "list" => new TrainingContainer(new StorageContainers(client)).ListAsync(Stop),
            "download" => training.GetBlobClient("clock/a.bin").DownloadContentAsync(Stop),
            "stream" => ReadAsync(training.GetBlobClient("clock/a.bin")),
            "upload" => training.GetBlobClient("clock/b.bin").UploadAsync(new BinaryData("b"), overwrite: true, Stop),
            _ => training.GetBlobClient("clock/a.bin").GetPropertiesAsync(cancellationToken: Stop),
        });

        Assert.NotNull(thrown);
        Assert.True(StorageFailure.Is(thrown, Stop), $"Not recognised: {thrown}");
        Assert.DoesNotContain('\n', StorageFailure.Reason(thrown));
        Assert.NotEmpty(StorageFailure.Reason(thrown));
    }

    [Fact]
    public void WhatIsNotOfTheStorageIsNoFailureOfIt()
    {
        Assert.False(StorageFailure.Is(new OperationCanceledException(), new CancellationToken(canceled: true)));
        Assert.False(StorageFailure.Is(new FileNotFoundException(), Stop));
        Assert.False(StorageFailure.Is(new IOException("No space left on device"), Stop));
        Assert.False(StorageFailure.Is(new ConnectionResetException("client", new SocketException()), Stop));
        Assert.False(StorageFailure.Is(new BadHttpRequestException("client"), Stop));
        Assert.False(StorageFailure.Is(Some.OutOfMemory(), Stop));
        Assert.False(StorageFailure.Is(new AggregateException(new RequestFailedException("away"), new InvalidOperationException()), Stop));
    }

    /// <summary>Reads while it comes, so that the library itself goes on where a body was cut off.</summary>
    private static async Task ReadAsync(BlobClient blob)
    {
        using BlobDownloadStreamingResult answer = await blob.DownloadStreamingAsync(cancellationToken: Stop);
        await answer.Content.CopyToAsync(Stream.Null, Stop);
    }

    private static BlobClientOptions Impatient() => new()
    {
        Retry =
        {
            MaxRetries = 2,
            Delay = TimeSpan.FromMilliseconds(1),
            MaxDelay = TimeSpan.FromMilliseconds(1),
            NetworkTimeout = TimeSpan.FromSeconds(1),
        },
    };
}
