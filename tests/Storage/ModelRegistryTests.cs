using Azure;
using Azure.Storage.Blobs;
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
        Id = "some-backbone",
        File = "unused.onnx",
        Sha256 = Some.Hash("backbone"),
        Bytes = 1,
        Input = new InputSpec { Name = "input" },
        FeaturesTensor = "features",
        FeatureWidth = 4,
        ClassTensor = "classes",
        ClassOutput = ClassOutput.Logits,
        ClassCount = 1000,
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
        Assert.Equal(new CurrentHead(false, null, null), await _registry.Current.ReadAsync(known: null, Stop));
        Assert.Empty(await _registry.ListAsync(Stop));
        Assert.Null(await _registry.Versions.ReadNewestAsync(Stop));
    }

    [Fact]
    public async Task AWrittenVersionIsListedButNotCurrentUntilItIsPublished()
    {
        await _registry.Versions.WriteAsync(Version(First), "test", Stop);
        Assert.Equal("held", Assert.Single(await NewRegistry().ListAsync(Stop)).State);

        CurrentHead published = await PublishAsync(First, expected: null);

        Assert.Equal("current", Assert.Single(await NewRegistry().ListAsync(Stop)).State);
        Assert.Equal(First, published.Head!.Version);
        Assert.Equal(published, await _registry.Current.ReadAsync(known: null, Stop));
    }

    [Fact]
    public async Task AnUnchangedPointerIsNotSentAgain()
    {
        await _registry.Versions.WriteAsync(Version(First), "test", Stop);
        CurrentHead published = await PublishAsync(First, expected: null);

        Assert.Equal(new CurrentHead(false, null, null), await _registry.Current.ReadAsync(published.ETag, Stop));
    }

    [Fact]
    public async Task OnlyOneOfTwoPublishersWins()
    {
        await _registry.Versions.WriteAsync(Version(First), "test", Stop);
        await _registry.Versions.WriteAsync(Version(Second), "test", Stop);
        ETag? seenByBoth = (await PublishAsync(First, expected: null)).ETag;

        await PublishAsync(Second, seenByBoth);
        RegistryConflictException late = await Assert.ThrowsAsync<RegistryConflictException>(() => PublishAsync(First, seenByBoth));

        Assert.Equal($"The current version changed meanwhile; it is {Second} now.", late.Message);
        await Assert.ThrowsAsync<RegistryConflictException>(() => PublishAsync(First, expected: null));
        Assert.Equal(Second, (await _registry.Current.ReadAsync(known: null, Stop)).Head!.Version);
    }

    [Fact]
    public async Task ARollbackRemembersWhatItReplacedAndWhatWasThere()
    {
        await _registry.Versions.WriteAsync(Version(First), "test", Stop);
        await _registry.Versions.WriteAsync(Version(Second), "test", Stop);
        ETag? etag = (await PublishAsync(Second, expected: null)).ETag;

        HeadPointer pointer = (await PublishAsync(First, etag)).Head!;

        Assert.Equal((First, Second, Second), (pointer.Version, pointer.Previous, pointer.Newest));
        Assert.Equal([Second, First], (await _registry.ListAsync(Stop)).Select(h => h.Version));
    }

    [Fact]
    public async Task AVersionIsWrittenOnce()
    {
        await _registry.Versions.WriteAsync(Version(First), "test", Stop);
        await _registry.Versions.WriteAsync(Version(First), "test", Stop); // the very same bytes: a repeated request

        await Assert.ThrowsAsync<RegistryConflictException>(() => _registry.Versions.WriteAsync(Version(First, bias: 2), "test", Stop));
        Assert.Equal(1, (await _registry.Versions.ReadHeadAsync(First, Stop)).Head.Bias);
    }

    [Fact]
    public async Task AVersionWithoutItsManifestDoesNotExist()
    {
        await _registry.Versions.WriteAsync(Version(First), "test", Stop);
        await _storage["models"].DeleteBlobAsync($"heads/{First}/head.json", cancellationToken: Stop);
        ModelRegistry other = NewRegistry();

        Assert.Empty(await other.ListAsync(Stop));
        await Assert.ThrowsAsync<UnknownVersionException>(() => other.Versions.ReadHeadAsync(First, Stop));
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
        await _registry.Versions.WriteAsync(Version(First), "test", Stop);
        await _storage["models"].GetBlobClient($"heads/{First}/head.safetensors").UploadAsync(
            new BinaryData(HeadFile.Write([9, 9, 9, 9], 9)), overwrite: true, Stop);

        InvalidHeadException damaged = await Assert.ThrowsAsync<InvalidHeadException>(() => PublishAsync(First, null));

        Assert.Contains("head.safetensors has SHA-256", damaged.Message);
        Assert.Null((await _registry.Current.ReadAsync(known: null, Stop)).Head);
    }

    [Fact]
    public async Task AHeadOfAnotherBackboneOrPipelineIsNeverPublished()
    {
        await _registry.Versions.WriteAsync(Version(First), "test", Stop);

        await Assert.ThrowsAsync<InvalidHeadException>(
            () => _registry.PublishAsync(First, null, Backbone with { Sha256 = Some.Hash("another") }, Pipeline.Resize, Stop));
        await Assert.ThrowsAsync<InvalidHeadException>(() => _registry.PublishAsync(First, null, Backbone, Pipeline.Full, Stop));
        Assert.Null((await _registry.Current.ReadAsync(known: null, Stop)).Head);
    }

    [Fact]
    public async Task EveryFileSaysWhoWroteIt()
    {
        await _registry.Versions.WriteAsync(Version(First), "the lease's id", Stop);

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
    public async Task AVersionDeletedDuringAListIsInNeitherList()
    {
        await _registry.Versions.WriteAsync(Version(First), "test", Stop);
        await _registry.Versions.WriteAsync(Version(Second), "test", Stop);
        ModelRegistry listing = new(
            new StorageContainers(StorageMoments.After(
                _storage,
                request => request.Uri.Query.Contains("comp=list", StringComparison.Ordinal),
                () => NewRegistry().Versions.DeleteAsync(First, Stop))),
            TimeProvider.System);

        (IReadOnlyList<RegisteredHead> heads, IReadOnlyList<DamagedHead> damaged) = await listing.ListWithDamagedAsync(Stop);

        Assert.Equal(Second, Assert.Single(heads).Version);
        Assert.Empty(damaged);
    }

    [Fact]
    public async Task ADeletedVersionLosesItsManifestFirstAndIsForgotten()
    {
        await _registry.Versions.WriteAsync(Version(First), "test", Stop);
        ModelRegistry interrupted = new(
            new StorageContainers(StorageMoments.After(
                _storage,
                request => request.Method == Azure.Core.RequestMethod.Delete,
                () => throw new InvalidOperationException("The process died."))),
            TimeProvider.System);

        await Assert.ThrowsAsync<InvalidOperationException>(() => interrupted.Versions.DeleteAsync(First, Stop));

        Assert.Empty(await _registry.ListAsync(Stop));
        await Assert.ThrowsAsync<UnknownVersionException>(() => NewRegistry().Versions.ReadHeadAsync(First, Stop));
        await _registry.Versions.DeleteAsync(First, Stop);
        await Assert.ThrowsAsync<UnknownVersionException>(() => _registry.Versions.ReadHeadAsync(First, Stop)); // nor from memory
    }

    [Fact]
    public async Task DamagedWeightsAreListedAsDamagedAndAsWholeOnceTheyAreMended()
    {
        await _registry.Versions.WriteAsync(Version(First), "test", Stop);
        await _registry.ListAsync(Stop);
        BlobClient weights = _storage["models"].GetBlobClient($"heads/{First}/head.safetensors");
        await weights.UploadAsync(new BinaryData(HeadFile.Write([9, 9, 9, 9], 9)), overwrite: true, Stop);

        (IReadOnlyList<RegisteredHead> heads, IReadOnlyList<DamagedHead> damaged) = await _registry.ListWithDamagedAsync(Stop);

        Assert.Empty(heads);
        Assert.Contains("head.safetensors has SHA-256", Assert.Single(damaged).Reason);
        await weights.UploadAsync(new BinaryData(Version(First).Weights), overwrite: true, Stop);
        Assert.Single(await _registry.ListAsync(Stop));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"version\":\"../secret\"}")]
    public async Task ADamagedPointerIsAnAnswerAndIsReplacedLikeAnyOther(string damage)
    {
        await _registry.Versions.WriteAsync(Version(First), "test", Stop);
        await _storage["models"].GetBlobClient("heads/current.json").UploadAsync(BinaryData.FromString(damage), overwrite: true, Stop);

        CurrentHead broken = await _registry.Current.ReadAsync(known: null, Stop);

        Assert.Null(broken.Head);
        Assert.NotNull(broken.Damage);
        Assert.Equal("current.json", Assert.Single((await _registry.ListWithDamagedAsync(Stop)).Damaged).Version);
        await Assert.ThrowsAsync<RegistryConflictException>(() => PublishAsync(First, expected: null)); // it is there, though unreadable
        Assert.Equal(First, (await PublishAsync(First, broken.ETag)).Head!.Version);
    }

    [Fact]
    public async Task WhoeverFindsTheWantedVersionCurrentAlreadyHasPublishedIt()
    {
        await _registry.Versions.WriteAsync(Version(First), "test", Stop);
        CurrentHead published = await PublishAsync(First, expected: null);

        Assert.Equal(published, await PublishAsync(First, expected: null)); // as a trainer does whose pointer was mended before it moved it
    }

    [Fact]
    public async Task ALostPointerIsMadeAgainFromTheNewestWholeVersionThatWasPublished()
    {
        HeadDirectory held = Version("20260102T030409Z-eeeeee");
        HeadDirectory[] published = [.. new[] { First, Second, "20260102T030407Z-cccccc" }.Select(version => Published(version))];
        HeadDirectory foreign = Published("20260102T030408Z-dddddd", target: "dog");
        foreach (HeadDirectory head in (HeadDirectory[])[held, foreign, .. published])
        {
            await _registry.Versions.WriteAsync(head, "test", Stop);
        }

        await _storage["models"].DeleteBlobAsync($"heads/{published[2].Manifest.Version}/head.safetensors", cancellationToken: Stop);

        CurrentHead? repaired = await PointerRepair.TryAsync(NewRegistry(), broken: null, "clock", () => Backbone, Pipeline.Resize, Stop);

        Assert.Equal(Second, repaired?.Head?.Version);
        Assert.Equal(repaired, await _registry.Current.ReadAsync(known: null, Stop));
    }

    [Fact]
    public async Task AScaleOfNoveltyIsPartOfItsVersion()
    {
        HeadDirectory head = Version(First).With(SomeNovelty.Scale(width: 4));
        await _registry.Versions.WriteAsync(head, "test", Stop);

        (LearnedHead read, _) = await NewRegistry().Versions.ReadHeadAsync(First, Stop);
        Assert.Equal(NoveltyFile.Read(head.Novelty).Centres.ToArray(), read.Novelty!.Centres.ToArray());

        await _storage["models"].GetBlobClient($"heads/{First}/novelty.safetensors")
            .UploadAsync(BinaryData.FromBytes(head.Weights), overwrite: true, Stop);
        InvalidHeadException damaged = await Assert.ThrowsAsync<InvalidHeadException>(() => PublishAsync(First, expected: null));
        Assert.Contains("novelty.safetensors has SHA-256", damaged.Message);

        await _registry.Versions.DeleteAsync(First, Stop);
        Assert.False(await _storage["models"].GetBlobClient($"heads/{First}/novelty.safetensors").ExistsAsync(Stop));
    }

    [Fact]
    public async Task TheReportIsThePage()
    {
        await _registry.Versions.WriteAsync(Version(First), "test", Stop);

        Assert.Equal("<html></html>", (await _registry.Versions.ReadReportAsync(First, Stop)).ToString());
        await Assert.ThrowsAsync<UnknownVersionException>(() => _registry.Versions.ReadReportAsync(Second, Stop));
    }

    private Task<CurrentHead> PublishAsync(string version, ETag? expected) =>
        _registry.PublishAsync(version, expected, Backbone, Pipeline.Resize, Stop);

    /// <summary>Another process's registry: it has read nothing yet.</summary>
    private ModelRegistry NewRegistry() => new(new StorageContainers(_storage.Client), TimeProvider.System);

    private static HeadDirectory Published(string version, string target = "clock")
    {
        HeadDirectory head = Version(version);
        return head with { Manifest = head.Manifest with { State = HeadManifest.Published, Target = target } };
    }

    private static HeadDirectory Version(string version, float bias = 1)
    {
        byte[] weights = HeadFile.Write([1, 2, 3, 4], bias);
        HeadManifest manifest = Some.Manifest(
            weights, featureWidth: 4) with
        { Version = version, State = "held", Reason = "A test says so." };
        return new HeadDirectory(weights, manifest, "{}", "<html></html>");
    }
}
