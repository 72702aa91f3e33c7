using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using ClockFunctions.Core.Serving.Inbox;
using ClockFunctions.Core.Storage;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Serving.Inbox;

public sealed class InboxScorerTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private TestStorage _storage = null!;
    private StorageContainers _containers = null!;
    private ServingHost _host = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private InboxScorer Inbox => _host.Service<InboxScorer>();

    public async ValueTask InitializeAsync()
    {
        _storage = await azurite.NewStorageAsync();
        _containers = new StorageContainers(_storage.Client);
        await _containers.EnsureAsync(Stop);
        _host = await ServingHost.StartAsync(_storage.ConnectionString);
    }

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task TheScoreIsWhatTheApiAnswers()
    {
        byte[] photo = SomePhoto.Jpeg();
        await PutAsync("shop/7/front.jpg", photo);

        await Inbox.ScoreAsync("shop/7/front.jpg", Stop);

        JsonElement stored = await ScoreOfAsync("shop/7/front.jpg");
        JsonElement answered = await ServingHost.JsonAsync(await _host.ScoreAsync(photo));
        foreach (string property in (string[])["label", "probability", "isTarget", "threshold", "model", "image", "topClasses"])
        {
            Assert.Equal(answered.GetProperty(property).GetRawText(), stored.GetProperty(property).GetRawText());
        }
    }

    [Fact]
    public async Task AnUnusableImageGetsItsProblemAndIsNotAFailure()
    {
        await PutAsync("notes.jpg", "no image at all"u8.ToArray());

        await Inbox.ScoreAsync("notes.jpg", Stop);

        Assert.Equal("urn:clockfunctions:problem:unknown-image-format", (await ScoreOfAsync("notes.jpg")).GetProperty("type").GetString());
    }

    [Fact]
    public async Task AnImageOverTheLimitIsNotRead()
    {
        await using ServingHost small = await ServingHost.StartAsync(_storage.ConnectionString, ("Images:MaxBytes", "1024"));
        await PutAsync("large.jpg", new byte[1025]);

        await small.Service<InboxScorer>().ScoreAsync("large.jpg", Stop);

        Assert.Equal("urn:clockfunctions:problem:too-large", (await ScoreOfAsync("large.jpg")).GetProperty("type").GetString());
    }

    [Fact]
    public async Task AnEventThatComesTwiceScoresOnce()
    {
        await PutAsync("a.jpg", SomePhoto.Jpeg());
        await Inbox.ScoreAsync("a.jpg", Stop);
        BlobProperties first = await PropertiesAsync("a.jpg");

        await Inbox.ScoreAsync("a.jpg", Stop);

        Assert.Equal(first.ETag, (await PropertiesAsync("a.jpg")).ETag);
    }

    [Fact]
    public async Task AReplacedImageIsScoredAnew()
    {
        await PutAsync("a.jpg", SomePhoto.Jpeg(seed: 1));
        await Inbox.ScoreAsync("a.jpg", Stop);
        await PutAsync("a.jpg", SomePhoto.Jpeg(seed: 2, width: 50));

        await Inbox.ScoreAsync("a.jpg", Stop);

        Assert.Equal(50, (await ScoreOfAsync("a.jpg")).GetProperty("image").GetProperty("width").GetInt32());
    }

    [Fact]
    public async Task AnImageThatIsGoneLeavesNothing()
    {
        await Inbox.ScoreAsync("gone.jpg", Stop);

        Assert.False(await _containers.Scores.GetBlobClient("gone.jpg.json").ExistsAsync(Stop));
    }

    [Fact]
    public async Task ManyInstancesAtOnceLeaveTheScoreOfTheNewestVersion()
    {
        await using ServingHost other = await ServingHost.StartAsync(_storage.ConnectionString);
        List<Task> scoring = [];
        for (int width = 40; width < 60; width++)
        {
            await PutAsync("a.jpg", SomePhoto.Jpeg(width: width));
            scoring.Add(Inbox.ScoreAsync("a.jpg", Stop));
            scoring.Add(other.Service<InboxScorer>().ScoreAsync("a.jpg", Stop));
        }

        await Task.WhenAll(scoring);

        Assert.Equal(59, (await ScoreOfAsync("a.jpg")).GetProperty("image").GetProperty("width").GetInt32());
    }

    private async Task PutAsync(string name, byte[] content) =>
        await _containers.Inbox.GetBlobClient(name).UploadAsync(new BinaryData(content), overwrite: true, Stop);

    private async Task<JsonElement> ScoreOfAsync(string name)
    {
        BlobDownloadResult score = await Score(name).DownloadContentAsync(Stop);
        Assert.Equal("application/json", score.Details.ContentType);
        return JsonDocument.Parse(score.Content).RootElement;
    }

    private async Task<BlobProperties> PropertiesAsync(string name) => await Score(name).GetPropertiesAsync(cancellationToken: Stop);

    private BlobClient Score(string name) => _containers.Scores.GetBlobClient(name + ".json");
}
