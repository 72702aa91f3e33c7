using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Storage;
using ClockFunctions.Core.Storage.Features;
using ClockFunctions.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClockFunctions.Tests.Storage.Features;

public sealed class FeatureCacheTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly FeatureKey Key = new(Some.Hash("backbone"), Pipeline.Resize, FeatureWidth: 8, Views: 2, Seed: 1, "none");

    private TestStorage _storage = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _storage = await azurite.NewStorageAsync();
        await new StorageContainers(_storage.Client).EnsureAsync(Stop);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task WhatOneProcessStoresAnotherReadsBitForBit()
    {
        await NewCache().AppendAsync(Block("a", "b"), Stop);
        using FeatureCache other = NewCache();
        Assert.False(other.HasRow(Some.Hash("a")));

        await other.RefreshAsync(Stop);

        Assert.Equal(Row("b").Values, await LoadAsync(other, "b"));
        Assert.True(other.TryFindBlob(Blob("a"), out KnownBlob? known));
        Assert.Equal(Some.Hash("a"), known.ContentHash);
        Assert.False(other.TryFindBlob(Blob("a") with { ETag = new ETag("another") }, out _));
    }

    [Fact]
    public async Task FeaturesOfAnotherKeyAreInvisible()
    {
        await NewCache().AppendAsync(Block("a"), Stop);
        FeatureKey[] others =
        [
            Key with { Backbone = Some.Hash("another") }, Key with { Pipeline = Pipeline.Crop }, Key with { Views = 3 },
            Key with { Seed = 2 }, Key with { Augmentation = "some" }, Key with { Preprocessing = Key.Preprocessing + 1 },
        ];

        foreach (FeatureKey key in others)
        {
            using FeatureCache other = NewCache(key);
            await other.RefreshAsync(Stop);
            Assert.False(other.HasRow(Some.Hash("a")));
        }
    }

    [Fact]
    public async Task ADamagedBlockCostsItsRowsAndNothingElse()
    {
        await NewCache().AppendAsync(Block("a"), Stop);
        string damaged = Assert.Single(await BlocksAsync());
        await ChangeLastByteAsync(damaged);
        await NewCache().AppendAsync(Block("b"), Stop);
        using FeatureCache cache = NewCache();
        await cache.RefreshAsync(Stop);

        IReadOnlyCollection<int> missing = await cache.LoadAsync([Some.Hash("a"), Some.Hash("b")], (_, _) => { }, Stop);

        Assert.Equal([0], missing);
        Assert.False(cache.HasRow(Some.Hash("a")));
        await cache.RefreshAsync(Stop);
        Assert.False(cache.HasRow(Some.Hash("a")));

        await FeatureCompaction.RunAsync(cache, [Blob("a"), Blob("b")], Stop);
        Assert.DoesNotContain(damaged, await BlocksAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(200)]
    [InlineData(600)]
    public async Task ABlockCutShortIsLeftOut(int bytes)
    {
        await NewCache().AppendAsync(Block("a"), Stop);
        BlobClient block = _storage["models"].GetBlobClient(Assert.Single(await BlocksAsync()));
        byte[] whole = (await block.DownloadContentAsync(Stop)).Value.Content.ToArray();
        await block.UploadAsync(new BinaryData(whole[..bytes]), overwrite: true, Stop);

        using FeatureCache cache = NewCache();
        await cache.RefreshAsync(Stop);

        Assert.False(cache.HasRow(Some.Hash("a")));
    }

    [Fact]
    public async Task CompactionKeepsEveryRowThatIsNeededAndDropsTheRest()
    {
        string[] names = [.. Enumerable.Range(0, FeatureCompaction.MostSmallBlocks + 4).Select(i => $"image{i:00}")];
        using FeatureCache writer = NewCache();
        foreach (string name in names)
        {
            await writer.AppendAsync(Block(name), Stop);
        }

        int replaced = await FeatureCompaction.RunAsync(writer, [.. names.Skip(3).Select(Blob)], Stop);

        Assert.Equal(names.Length, replaced);
        Assert.Contains("/pack-", Assert.Single(await BlocksAsync()));
        using FeatureCache reader = NewCache();
        await reader.RefreshAsync(Stop);
        Assert.All(names.Take(3), name => Assert.False(reader.HasRow(Some.Hash(name)) || reader.TryFindBlob(Blob(name), out _)));
        foreach (string name in names.Skip(3))
        {
            Assert.Equal(Row(name).Values, await LoadAsync(reader, name));
            Assert.True(reader.TryFindBlob(Blob(name), out _));
        }
    }

    [Fact]
    public async Task AReaderFindsRowsThatWereCompactedUnderIt()
    {
        using FeatureCache writer = NewCache();
        using FeatureCache reader = NewCache();
        string[] names = [.. Enumerable.Range(0, FeatureCompaction.MostSmallBlocks + 1).Select(i => $"image{i:00}")];
        foreach (string name in names)
        {
            await writer.AppendAsync(Block(name), Stop);
        }

        await reader.RefreshAsync(Stop);
        await FeatureCompaction.RunAsync(writer, [.. names.Select(Blob)], Stop);

        Assert.NotEmpty(await reader.LoadAsync([.. names.Select(n => Some.Hash(n))], (_, _) => { }, Stop));
        await reader.RefreshAsync(Stop);
        Assert.Empty(await reader.LoadAsync([.. names.Select(n => Some.Hash(n))], (_, _) => { }, Stop));
    }

    [Fact]
    public async Task RowsStoredTwiceByACutCompactionAreFoundAndMerged()
    {
        using FeatureCache writer = NewCache();
        await writer.AppendAsync(Block("a", "b"), Stop);
        await writer.WriteAsync("pack", Block("a", "b"), Stop); // and here the compacting process died
        await writer.DeleteAsync((await BlocksAsync()).First(name => name.Contains("/pack-", StringComparison.Ordinal)), Stop);

        Assert.Equal(Row("a").Values, await LoadAsync(writer, "a"));
    }

    [Fact]
    public async Task ABlockWrittenWhileTheOthersAreListedStaysInTheIndex()
    {
        FeatureCache? cache = null;
        StorageContainers containers = new(StorageMoments.After(
            _storage,
            request => request.Uri.Query.Contains("comp=list", StringComparison.Ordinal),
            () => cache!.AppendAsync(Block("a"), Stop)));
        using (cache = new FeatureCache(containers, Key, NullLogger<FeatureCache>.Instance))
        {
            await cache.RefreshAsync(Stop); // its listing was made before the block was written

            Assert.Equal(Row("a").Values, await LoadAsync(cache, "a"));
        }
    }

    [Fact]
    public async Task AFewBlocksAreLeftAlone()
    {
        using FeatureCache cache = NewCache();
        await cache.AppendAsync(Block("a"), Stop);
        await cache.AppendAsync(Block("b"), Stop);

        Assert.Equal(0, await FeatureCompaction.RunAsync(cache, [Blob("a"), Blob("b")], Stop));
    }

    private FeatureCache NewCache(FeatureKey? key = null) =>
        new(new StorageContainers(_storage.Client), key ?? Key, NullLogger<FeatureCache>.Instance);

    private static async Task<Half[]> LoadAsync(FeatureCache cache, string name)
    {
        Half[] loaded = [];
        Assert.Empty(await cache.LoadAsync([Some.Hash(name)], (_, values) => loaded = values.ToArray(), Stop));
        return loaded;
    }

    private async Task<List<string>> BlocksAsync()
    {
        List<string> names = [];
        await foreach (BlobItem blob in _storage["models"].GetBlobsAsync(new GetBlobsOptions { Prefix = Key.Folder }, Stop))
        {
            if (!blob.Name.EndsWith("key.json", StringComparison.Ordinal))
            {
                names.Add(blob.Name);
            }
        }

        return names;
    }

    private async Task ChangeLastByteAsync(string name)
    {
        BlobClient blob = _storage["models"].GetBlobClient(name);
        byte[] bytes = (await blob.DownloadContentAsync(Stop)).Value.Content.ToArray();
        bytes[^1] ^= 1;
        await blob.UploadAsync(new BinaryData(bytes), overwrite: true, Stop);
    }

    private static TrainingBlob Blob(string name) => new($"clock/{name}", new ETag($"\"{name}\""), 10);

    private static FeatureRow Row(string name)
    {
        Random random = new(name.GetHashCode(StringComparison.Ordinal) & 0xff);
        return new FeatureRow(Some.Hash(name), [.. Enumerable.Range(0, Key.RowLength).Select(_ => (Half)random.NextSingle())]);
    }

    private static FeatureBlock Block(params string[] names) => new(
        [.. names.Select(name => new KnownBlob(Blob(name).Name, Blob(name).Version, 10, Some.Hash(name)))],
        [.. names.Select(Row)]);
}
