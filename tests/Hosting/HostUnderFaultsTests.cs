using System.Net;
using System.Text.Json;
using Azure.Storage.Blobs.Models;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Serving;
using ClockFunctions.Core.Storage;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Hosting;

/// <summary>The real local host beside a storage that misbehaves, and without its backbone.</summary>
public sealed class HostUnderFaultsTests(AzuriteFixture azurite) : IDisposable
{
    private readonly string _backbones = Directory.CreateTempSubdirectory("clocks-backbones-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_backbones, recursive: true);

    public static TheoryData<StorageFault> Faults => [.. StorageFaults.Failing];

    [Theory, MemberData(nameof(Faults))]
    public async Task WhateverTheStorageAnswersTheHostScoresAndConvergesAfterwards(StorageFault fault)
    {
        TestStorage storage = await NewStorageAsync();
        string first = await PublishAsync(storage, 1);
        await using FickleStorage fickle = await FickleStorage.StartAsync(storage);
        await using ServingHost host = await ServingHost.StartWatchingAsync(fickle.Storage.ConnectionString);
        await UntilAsync(host, async () => await AnsweringAsync(host) == first);

        fickle.Spoil(fault);
        string second = await PublishAsync(storage, 2);
        await UntilAsync(host, async () => (await HealthAsync(host)).GetProperty("status").GetString() == "degraded");
        for (int i = 0; i < 20; i++)
        {
            // A pointer whose answer is cut is the new one all the same; every other fault hides it.
            Assert.Contains(await AnsweringAsync(host), new[] { first, second });
        }

        fickle.Spoil(StorageFault.None);
        await UntilAsync(host, async () => await AnsweringAsync(host) == second);
        await UntilAsync(host, async () => (await HealthAsync(host)).GetProperty("status").GetString() == "ready");
    }

    [Fact]
    public async Task AMissingBackboneBesideAPublishedHeadIsAnswered503AndEndsNoProcess()
    {
        TestStorage storage = await NewStorageAsync();
        string version = await PublishAsync(storage, 1);
        await using ServingHost host = await ServingHost.StartAsync(storage.ConnectionString, ("BackboneFolder", _backbones));

        CurrentModel model = host.Service<CurrentModel>();
        await UntilAsync(host, () => Task.FromResult(model.Polled));
        for (int i = 0; i < 5; i++)
        {
            await model.PollAsync(Stop);
        }

        await UntilAsync(host, async () => await HealthStatusAsync(host) == HttpStatusCode.ServiceUnavailable);
        await ServingHost.ProblemAsync(await host.ScoreAsync(SomePhoto.Jpeg()), 503, "not-ready");

        // And once it is pulled, the published head serves, without a restart.
        InstallBackbone();
        await UntilAsync(host, async () => (await host.ScoreAsync(SomePhoto.Jpeg())).StatusCode == HttpStatusCode.OK);
        await UntilAsync(host, async () => await AnsweringAsync(host) == version);
    }

    [Fact]
    public async Task AMissingBackboneEndsNeitherTheInboxNorTheTraining()
    {
        TestStorage storage = await NewStorageAsync();
        await storage["inbox"].UploadBlobAsync("a.jpg", new BinaryData(SomePhoto.Jpeg()), Stop);
        await using ServingHost host = await ServingHost.StartWatchingAsync(storage.ConnectionString, ("BackboneFolder", _backbones));
        await UntilAsync(host, async () => await HealthStatusAsync(host) == HttpStatusCode.ServiceUnavailable);

        InstallBackbone();

        await UntilAsync(host, async () => await storage["scores"].GetBlobClient("a.jpg.json").ExistsAsync(Stop));
        await UntilAsync(host, async () => (await HealthAsync(host)).GetProperty("training").TryGetProperty("waitingFor", out _));
    }

    [Fact]
    public async Task ABlobInScoresThatIsNotOursHoldsNobodyUp()
    {
        TestStorage storage = await NewStorageAsync();
        BlobUploadOptions foreign = new() { Metadata = new Dictionary<string, string> { ["image"] = "whose?" } };
        await storage["scores"].GetBlobClient("a").UploadAsync(new BinaryData("not ours"), foreign, Stop);
        await storage["inbox"].UploadBlobAsync("a.jpg", new BinaryData(SomePhoto.Jpeg()), Stop);

        await using ServingHost host = await ServingHost.StartWatchingAsync(storage.ConnectionString);

        await UntilAsync(host, async () => await storage["scores"].GetBlobClient("a.jpg.json").ExistsAsync(Stop));
    }

    [Fact]
    public async Task AnImageOfTheInboxThatCannotBeReadHoldsNoOtherUp()
    {
        TestStorage storage = await NewStorageAsync();
        foreach (string name in (string[])["a.jpg", "bad.jpg", "z.jpg"])
        {
            await storage["inbox"].UploadBlobAsync(name, new BinaryData(SomePhoto.Jpeg()), Stop);
        }

        await using FickleStorage fickle = await FickleStorage.StartAsync(storage);
        fickle.Spoil(request =>
            request.Path.Value!.EndsWith("/inbox/bad.jpg", StringComparison.Ordinal) ? StorageFault.Html502 : StorageFault.None);
        await using ServingHost host = await ServingHost.StartWatchingAsync(fickle.Storage.ConnectionString);

        await UntilAsync(host, async () => await storage["scores"].GetBlobClient("z.jpg.json").ExistsAsync(Stop));
        await UntilAsync(host, async () => await storage["scores"].GetBlobClient("a.jpg.json").ExistsAsync(Stop));
        fickle.Spoil(StorageFault.None);
        await UntilAsync(host, async () => await storage["scores"].GetBlobClient("bad.jpg.json").ExistsAsync(Stop));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"version\":null}")]
    [InlineData("{\"version\":\"\"}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("")]
    public async Task APointerWithoutAVersionIsADamagedOneAndEndsNoScorer(string content)
    {
        TestStorage storage = await NewStorageAsync();
        await storage["models"].UploadBlobAsync("heads/current.json", BinaryData.FromString(content), Stop);

        Assert.NotNull((await new CurrentPointer(new StorageContainers(storage.Client)).ReadAsync(known: null, Stop)).Damage);
        await using ServingHost host = await ServingHost.StartAsync(storage.ConnectionString);
        await UntilAsync(host, async () => (await HealthAsync(host)).GetProperty("status").GetString() == "degraded");
        Assert.Equal("zero-shot", await AnsweringAsync(host));

        await storage["models"].DeleteBlobAsync("heads/current.json", cancellationToken: Stop);
        string version = await PublishAsync(storage, 1);
        await UntilAsync(host, async () => await AnsweringAsync(host) == version);
    }

    private async Task<TestStorage> NewStorageAsync()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        await new StorageContainers(storage.Client).EnsureAsync(Stop);
        return storage;
    }

    private static async Task<string> PublishAsync(TestStorage storage, int number)
    {
        HeadDirectory head = SomeHead.Of(number);
        ModelRegistry registry = new(new StorageContainers(storage.Client), TimeProvider.System);
        await registry.Versions.WriteAsync(head, "test", Stop);
        CurrentHead current = await registry.Current.ReadAsync(known: null, Stop);
        await registry.PublishAsync(head.Manifest.Version, current.ETag, TestBackbone.Spec, Pipeline.Resize, Stop);
        return head.Manifest.Version;
    }

    private void InstallBackbone()
    {
        foreach (string file in Directory.EnumerateFiles(TestBackbone.Folder, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(_backbones, Path.GetRelativePath(TestBackbone.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static async Task<string> AnsweringAsync(ServingHost host) =>
        (await ServingHost.JsonAsync(await host.ScoreAsync(SomePhoto.Jpeg()))).GetProperty("model").GetProperty("version").GetString()!;

    private static async Task<HttpStatusCode> HealthStatusAsync(ServingHost host) =>
        (await host.Client.GetAsync("/api/health", Stop)).StatusCode;

    private static async Task<JsonElement> HealthAsync(ServingHost host) =>
        JsonDocument.Parse(await (await host.Client.GetAsync("/api/health", Stop)).Content.ReadAsStringAsync(Stop)).RootElement;

    /// <summary>Asks again and again, for at most a minute, and looks each time whether the host still lives.</summary>
    private static async Task UntilAsync(ServingHost host, Func<Task<bool>> done)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        while (!await done())
        {
            Assert.True(host.IsAlive, "The host has ended.");
            Assert.False(limit.IsCancellationRequested, "It did not happen within a minute.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), Stop);
        }

        Assert.True(host.IsAlive, "The host has ended.");
    }
}
