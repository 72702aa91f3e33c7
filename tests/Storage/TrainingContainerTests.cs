using ClockFunctions.Core.Storage;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Storage;

public class TrainingContainerTests(AzuriteFixture azurite)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AListingTellsWhatABlobHoldsAndWhichVersionItIs()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        StorageContainers containers = new(storage.Client);
        await containers.EnsureAsync(Stop);
        TrainingContainer training = new(containers);

        TrainingBlob added = await training.AddAsync("clock/a b/ü.jpg", new BinaryData("a"u8.ToArray()), "image/jpeg", Stop);
        TrainingBlob listed = Assert.Single(await training.ListAsync(Stop));
        TrainingBlob found = (await training.FindAsync("clock/a b/ü.jpg", Stop))!;

        Assert.All([added, listed, found], blob =>
        {
            Assert.Equal(("clock/a b/ü.jpg", 1), (blob.Name, blob.Length));
            Assert.Equal(listed.Version, blob.Version);
            Assert.True(blob.Holds("a"u8));
            Assert.False(blob.Holds("b"u8));
        });
        Assert.Equal("a", (await training.ReadAsync(listed, Stop))!.ToString());
        await training.AddAsync("clock/a b/ü.jpg", new BinaryData("b"u8.ToArray()), "image/jpeg", Stop);
        Assert.Null(await training.ReadAsync(listed, Stop));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(6_000_000)] // more than a block
    public async Task AnImageIsWrittenByOneRequest(int bytes)
    {
        TestStorage storage = await azurite.NewStorageAsync();
        await new StorageContainers(storage.Client).EnsureAsync(Stop);
        await using FickleStorage seen = await FickleStorage.StartAsync(storage);

        await new TrainingContainer(new StorageContainers(seen.Storage.Client))
            .AddAsync("clock/a.jpg", new BinaryData(new byte[bytes]), "image/jpeg", Stop);

        Assert.EndsWith("/training/clock/a.jpg", Assert.Single(seen.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutTheContainerThereIsNothing()
    {
        TrainingContainer training = new(new StorageContainers((await azurite.NewStorageAsync()).Client));

        Assert.Empty(await training.ListAsync(Stop));
        Assert.Null(await training.FindAsync("clock/a.jpg", Stop));
    }
}
