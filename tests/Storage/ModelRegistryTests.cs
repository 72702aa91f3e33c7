using Azure;
using Azure.Storage.Blobs.Models;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Storage;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Storage;

public sealed class ModelRegistryTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const string First = "20260102T030405Z-aaaaaa";
    private const string Second = "20260102T030406Z-bbbbbb";

    private static readonly BackboneSpec Backbone = new()
    {
        Id = "some-backbone", File = "unused.onnx", Sha256 = Some.Hash("backbone"), Bytes = 1, Input = new InputSpec { Name = "input" },
        FeaturesTensor = "features", FeatureWidth = 4, ClassTensor = "classes", ClassOutput = ClassOutput.Logits, ClassCount = 1000,
    };

    private TestStorage _storage = null!;
    private ModelRegistry _registry = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _storage = await azurite.NewStorageAsync();
        await new StorageContainers(_storage.Client).EnsureAsync(Stop);
        _registry = NewRegistry();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task AnEmptyStorageHasNoCurrentVersion()
    {
        Assert.Equal(new CurrentHead(false, null, null), await _registry.ReadCurrentAsync(known: null, Stop));
        Assert.Empty(await _registry.ListAsync(Stop));
        Assert.Null(await _registry.ReadNewestVersionAsync(Stop));
    }

    [Fact]
    public async Task AWrittenVersionIsListedButNotCurrentUntilItIsPublished()
    {
        await _registry.WriteVersionAsync(Version(First), "test", Stop);
        Assert.Equal("held", Assert.Single(await NewRegistry().ListAsync(Stop)).State);

        CurrentHead published = await PublishAsync(First, expected: null);

        Assert.Equal("current", Assert.Single(await NewRegistry().ListAsync(Stop)).State);
        Assert.Equal(First, published.Head!.Version);
        Assert.Equal(published, await _registry.ReadCurrentAsync(known: null, Stop));
    }

    [Fact]
    public async Task AnUnchangedPointerIsNotSentAgain()
    {
        await _registry.WriteVersionAsync(Version(First), "test", Stop);
        CurrentHead published = await PublishAsync(First, expected: null);

        Assert.Equal(new CurrentHead(false, null, null), await _registry.ReadCurrentAsync(published.ETag, Stop));
    }

    [Fact]
    public async Task OnlyOneOfTwoPublishersWins()
    {
        await _registry.WriteVersionAsync(Version(First), "test", Stop);
        await _registry.WriteVersionAsync(Version(Second), "test", Stop);
        ETag? seenByBoth = (await PublishAsync(First, expected: null)).ETag;

        await PublishAsync(Second, seenByBoth);
        RegistryConflictException late = await Assert.ThrowsAsync<RegistryConflictException>(() => PublishAsync(First, seenByBoth));

        Assert.Equal($"The current version changed meanwhile; it is {Second} now.", late.Message);
        await Assert.ThrowsAsync<RegistryConflictException>(() => PublishAsync(First, expected: null));
        Assert.Equal(Second, (await _registry.ReadCurrentAsync(known: null, Stop)).Head!.Version);
    }

    [Fact]
    public async Task ARollbackRemembersWhatItReplacedAndWhatWasThere()
    {
        await _registry.WriteVersionAsync(Version(First), "test", Stop);
        await _registry.WriteVersionAsync(Version(Second), "test", Stop);
        ETag? etag = (await PublishAsync(Second, expected: null)).ETag;

        HeadPointer pointer = (await PublishAsync(First, etag)).Head!;

        Assert.Equal((First, Second, Second), (pointer.Version, pointer.Previous, pointer.Newest));
        Assert.Equal([Second, First], (await _registry.ListAsync(Stop)).Select(h => h.Version));
    }

    [Fact]
    public async Task AVersionIsWrittenOnce()
    {
        await _registry.WriteVersionAsync(Version(First), "test", Stop);
        await _registry.WriteVersionAsync(Version(First), "test", Stop); // the very same bytes: a repeated request

        await Assert.ThrowsAsync<RegistryConflictException>(() => _registry.WriteVersionAsync(Version(First, bias: 2), "test", Stop));
        Assert.Equal(1, (await _registry.ReadHeadAsync(First, Stop)).Head.Bias);
    }

    [Fact]
    public async Task AVersionWithoutItsManifestDoesNotExist()
    {
        await _registry.WriteVersionAsync(Version(First), "test", Stop);
        await _storage["models"].DeleteBlobAsync($"heads/{First}/head.json", cancellationToken: Stop);
        ModelRegistry other = NewRegistry();

        Assert.Empty(await other.ListAsync(Stop));
        await Assert.ThrowsAsync<UnknownVersionException>(() => other.ReadHeadAsync(First, Stop));
        await Assert.ThrowsAsync<UnknownVersionException>(() => other.PublishAsync(First, null, Backbone, Pipeline.Resize, Stop));
    }

    [Theory]
    [InlineData("20260102T030405Z-cccccc")]
    [InlineData("current.json")]
    [InlineData("../training/clock")]
    public async Task AnUnknownVersionIsNamed(string version) =>
        Assert.Equal(version, (await Assert.ThrowsAsync<UnknownVersionException>(() => PublishAsync(version, null))).Version);

    [Fact]
    public async Task ADamagedVersionIsNeverPublished()
    {
        await _registry.WriteVersionAsync(Version(First), "test", Stop);
        await _storage["models"].GetBlobClient($"heads/{First}/head.safetensors").UploadAsync(
            new BinaryData(HeadFile.Write([9, 9, 9, 9], 9)), overwrite: true, Stop);

        InvalidHeadException damaged = await Assert.ThrowsAsync<InvalidHeadException>(() => PublishAsync(First, null));

        Assert.Contains("head.safetensors has SHA-256", damaged.Message);
        Assert.Null((await _registry.ReadCurrentAsync(known: null, Stop)).Head);
    }

    [Fact]
    public async Task AHeadOfAnotherBackboneOrPipelineIsNeverPublished()
    {
        await _registry.WriteVersionAsync(Version(First), "test", Stop);

        await Assert.ThrowsAsync<InvalidHeadException>(
            () => _registry.PublishAsync(First, null, Backbone with { Sha256 = Some.Hash("another") }, Pipeline.Resize, Stop));
        await Assert.ThrowsAsync<InvalidHeadException>(() => _registry.PublishAsync(First, null, Backbone, Pipeline.Full, Stop));
        Assert.Null((await _registry.ReadCurrentAsync(known: null, Stop)).Head);
    }

    [Fact]
    public async Task EveryFileSaysWhoWroteIt()
    {
        await _registry.WriteVersionAsync(Version(First), "the lease's id", Stop);

        List<BlobItem> files = [];
        await foreach (BlobItem file in _storage["models"].GetBlobsAsync(
            new GetBlobsOptions { Traits = BlobTraits.Metadata, Prefix = "heads/" }, Stop))
        {
            files.Add(file);
        }

        Assert.Equal(
            [$"heads/{First}/head.json", $"heads/{First}/head.safetensors", $"heads/{First}/report.html", $"heads/{First}/report.json"],
            files.Select(f => f.Name));
        Assert.All(files, file => Assert.Equal("the lease's id", file.Metadata["writer"]));
    }

    [Fact]
    public async Task TheReportIsThePage()
    {
        await _registry.WriteVersionAsync(Version(First), "test", Stop);

        Assert.Equal("<html></html>", (await _registry.ReadReportAsync(First, Stop)).ToString());
        await Assert.ThrowsAsync<UnknownVersionException>(() => _registry.ReadReportAsync(Second, Stop));
    }

    private Task<CurrentHead> PublishAsync(string version, ETag? expected) =>
        _registry.PublishAsync(version, expected, Backbone, Pipeline.Resize, Stop);

    /// <summary>Another process's registry: it has read nothing yet.</summary>
    private ModelRegistry NewRegistry() => new(new StorageContainers(_storage.Client), TimeProvider.System);

    private static HeadDirectory Version(string version, float bias = 1)
    {
        byte[] weights = HeadFile.Write([1, 2, 3, 4], bias);
        HeadManifest manifest = Some.Manifest(
            weights, featureWidth: 4) with { Version = version, State = "held", Reason = "A test says so." };
        return new HeadDirectory(weights, manifest, "{}", "<html></html>");
    }
}
