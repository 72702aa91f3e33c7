using Azure.Storage.Blobs.Models;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Storage;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Storage;

public sealed class HeadRetentionTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private TestStorage _storage = null!;
    private ModelRegistry _registry = null!;

    private CustomVisionBlob Names => new(new StorageContainers(_storage.Client));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _storage = await azurite.NewStorageAsync();
        await new StorageContainers(_storage.Client).EnsureAsync(Stop);
        _registry = new ModelRegistry(new StorageContainers(_storage.Client), TimeProvider.System);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task TheNewestVersionsAndTheNewestPublishedOnesStay()
    {
        // Of seven, oldest first: p h p p h h h (published, held).
        await WriteAsync("phpphhh");

        Assert.Equal(3, await RunAsync(keep: 2));

        Assert.Equal("7 6 4 3", await LeftAsync());
        Assert.Equal(0, await RunAsync(keep: 2));
    }

    [Fact]
    public async Task AVersionThatIsPublishedUnderANameStays()
    {
        await WriteAsync("ppppppp");
        string oldest = (await _registry.Versions.ListAsync(Stop))[^1];
        await Names.ChangeAsync(names => names with { Published = new Dictionary<string, string> { ["mine"] = oldest } }, Stop);

        await RunAsync(keep: 2);

        Assert.Equal("7 6 1", await LeftAsync());
    }

    [Fact]
    public async Task TheCurrentVersionAndThoseItCameFromStay()
    {
        await WriteAsync("ppppppp");
        await PublishAsync(1);
        await WriteOneAsync(8, "p", parent: 2); // trained against 2
        await PublishAsync(3);
        await PublishAsync(8); // replaces 3

        await RunAsync(keep: 1);
        Assert.Equal("8 3 2", await LeftAsync());

        await PublishAsync(3); // rolled back: 8 is what it replaced
        await RunAsync(keep: 1);
        Assert.Equal("8 3", await LeftAsync());
        Assert.Equal(Id(3), (await _registry.Versions.ReadHeadAsync(Id(3), Stop)).Manifest.Version);
    }

    [Fact]
    public async Task AVersionThatIsBeingWrittenStaysAndTheRestOfADeadOneGoes()
    {
        await WriteAsync("ppp");
        await _storage["models"].UploadBlobAsync($"heads/{Id(1)[..^6]}bbbbbb/head.safetensors", new BinaryData("half"), Stop);

        await RunAsync(keep: 2);
        Assert.Contains(await FoldersAsync(), folder => folder.EndsWith("bbbbbb", StringComparison.Ordinal));

        await new HeadRetention(_registry, Names, new LaterTime(TimeSpan.FromHours(2))).RunAsync(keep: 2, Stop);
        Assert.Equal([Id(2), Id(3)], await FoldersAsync());
    }

    [Fact]
    public async Task WhileThePointerIsDamagedNothingIsDeleted()
    {
        await WriteAsync("ppp");
        await _storage["models"].GetBlobClient("heads/current.json").UploadAsync(BinaryData.FromString("{"), Stop);

        Assert.Equal(0, await RunAsync(keep: 1));

        Assert.Equal("3 2 1", await LeftAsync());
    }

    [Fact]
    public async Task AVersionThatBecomesCurrentDuringTheRunStays()
    {
        await WriteAsync("pppp");
        await PublishAsync(4);
        ModelRegistry tidying = new(
            new StorageContainers(StorageMoments.After(
                _storage, request => request.Uri.Path.EndsWith("/heads/current.json", StringComparison.Ordinal), () => PublishAsync(1))),
            TimeProvider.System);

        await new HeadRetention(tidying, Names, TimeProvider.System).RunAsync(keep: 1, Stop);

        Assert.Equal("4 1", await LeftAsync());
    }

    [Fact]
    public async Task TheTrainerDeletesWhatIsTooMuch()
    {
        TrainingImages images = new(_storage);
        await images.AddAsync(from: 0, pairs: 20, Stop);
        await using TrainingHost host = new(_storage, ("Training:KeepVersions", "1"));
        string? version = null;
        for (int i = 0; i < 4; i++)
        {
            await images.AddAsync(from: 20 + i, pairs: 1, Stop);
            version = (await host.Coordinator.ReconcileAsync(Stop)).Version;
        }

        IReadOnlyList<RegisteredHead> left = await host.Registry.ListAsync(Stop);
        Assert.Equal([version, left[0].Manifest.Parent], left.Select(head => head.Version));
    }

    private Task<int> RunAsync(int keep) => new HeadRetention(_registry, Names, TimeProvider.System).RunAsync(keep, Stop);

    private async Task WriteAsync(string states)
    {
        for (int i = 0; i < states.Length; i++)
        {
            await WriteOneAsync(i + 1, states[i..(i + 1)], parent: null);
        }
    }

    private Task WriteOneAsync(int number, string state, int? parent) => _registry.Versions.WriteAsync(
        SomeHead.Of(number, change: manifest => manifest with
        {
            State = state == "p" ? HeadManifest.Published : "held",
            Parent = parent is { } old ? Id(old) : null,
        }), "test", Stop);

    private async Task PublishAsync(int number)
    {
        CurrentHead before = await _registry.Current.ReadAsync(known: null, Stop);
        await _registry.PublishAsync(Id(number), before.ETag, TestBackbone.Spec, Pipeline.Resize, Stop);
    }

    private static string Id(int number) => SomeHead.Of(number).Manifest.Version;

    /// <summary>Numbers of the versions that are left, newest first.</summary>
    private async Task<string> LeftAsync() => string.Join(
        ' ', (await _registry.Versions.ListAsync(Stop)).Select(version => Enumerable.Range(0, 60).Single(number => Id(number) == version)));

    private async Task<string[]> FoldersAsync()
    {
        HashSet<string> folders = [];
        await foreach (BlobItem blob in _storage["models"].GetBlobsAsync(new GetBlobsOptions { Prefix = "heads/" }, Stop))
        {
            folders.Add(blob.Name.Split('/')[1]);
        }

        return [.. folders.Order(StringComparer.Ordinal)];
    }

    /// <summary>The real time, and something more.</summary>
    private sealed class LaterTime(TimeSpan later) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + later;
    }
}
