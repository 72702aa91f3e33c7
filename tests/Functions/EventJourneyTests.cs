using System.Text.Json;
using Azure;
using Azure.Storage.Blobs.Models;
using ClockFunctions.StandIn;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Functions;

/// <summary>What the host's triggers bring: events in any order and number, and the timer.</summary>
[Collection(DrivenApp.Turns)]
public class EventJourneyTests(AzuriteFixture azurite)
{
    private const int Pairs = 10;

    /// <summary>Of host.json: events that one instance handles at a time.</summary>
    private const int AtATime = 4;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PhotosThatLandInAnyOrderMakeOneVersionThatServesWithoutARestart()
    {
        TestStorage storage = await azurite.NewAppStorageAsync();
        await using DrivenApp app = await DrivenApp.StartAsync(storage.ConnectionString, ("Classifier__Training__QuietPeriod", "00:00:02"));
        TrainingImages images = new(storage);
        await images.AddAsync(0, Pairs, Cancellation);
        await storage["training"].UploadBlobAsync("clock/broken.jpg", new BinaryData("no image at all"), Cancellation);
        // Each event twice, among them that of a blob that is gone and of one that is no image.
        string[] landed = [.. images.Images.Keys, "clock/broken.jpg", "clock/gone.jpg"];
        string[] events = [.. landed, .. landed];
        new Random(1).Shuffle(events);

        await Parallel.ForEachAsync(
            events, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = Cancellation },
            async (name, _) => await app.HandleAsync("training", name));

        Assert.Equal(images.Fingerprint, await storage.PublishedFingerprintAsync());
        Assert.Single(await storage.VersionsAsync());
        await app.UntilAsync("/api/model", model => Saw(model, images));
        BlobProperties quarantined = await PropertiesAsync(storage, "quarantine", "clock/broken.jpg");
        Assert.NotEmpty(quarantined.Metadata["reason"]);
    }

    [Fact]
    public async Task ATrainingOfOneWorkerIsServedByBoth()
    {
        TestStorage storage = await azurite.NewAppStorageAsync();
        await using DrivenApp app = await DrivenApp.StartAsync(storage.ConnectionString);
        await using FunctionsWorker other = await app.StartAnotherAsync();
        TrainingImages images = new(storage);
        await images.AddAsync(0, Pairs, Cancellation);

        // The news comes to both at once; one of them trains, the other finds it busy or done.
        Invocation[] handled = await Task.WhenAll(
            app.Worker.BlobAsync("training", "clock/000.jpg", Cancellation), other.BlobAsync("training", "other/000.jpg", Cancellation));

        Assert.All(handled, invocation => Assert.True(invocation.Succeeded, invocation.Error));
        Assert.Single(await storage.VersionsAsync());
        foreach (FunctionsWorker worker in (FunctionsWorker[])[app.Worker, other])
        {
            await app.UntilAsync("/api/model", model => Saw(model, images), worker);
        }
    }

    [Fact]
    public async Task AnImageOfTheInboxIsScoredOnceHoweverOftenItsEventComes()
    {
        TestStorage storage = await azurite.NewAppStorageAsync();
        await using DrivenApp app = await DrivenApp.StartAsync(storage.ConnectionString);
        await storage["inbox"].UploadBlobAsync("shelf/photo.jpg", new BinaryData(DrawnImage.Clock(1)), Cancellation);

        await Task.WhenAll(app.HandleAsync("inbox", "shelf/photo.jpg"), app.HandleAsync("inbox", "shelf/photo.jpg"));
        BlobProperties first = await PropertiesAsync(storage, "scores", "shelf/photo.jpg.json");
        await app.HandleAsync("inbox", "shelf/photo.jpg");
        await app.HandleAsync("inbox", "shelf/gone.jpg");

        BlobProperties last = await PropertiesAsync(storage, "scores", "shelf/photo.jpg.json");
        Assert.Equal(first.ETag, last.ETag);
    }

    [Fact]
    public async Task TheTimerScoresWhatLiesInTheInboxWithoutAScore()
    {
        TestStorage storage = await azurite.NewAppStorageAsync();
        await using DrivenApp app = await DrivenApp.StartAsync(storage.ConnectionString);
        await storage["inbox"].UploadBlobAsync("a.jpg", new BinaryData(DrawnImage.Clock(1)), Cancellation);
        await storage["inbox"].UploadBlobAsync("a-b/note.txt", new BinaryData("no image"), Cancellation);

        await app.TimeAsync();
        Dictionary<string, ETag> scored = await ScoresAsync(storage);
        await app.TimeAsync();
        Assert.Equal(["a-b/note.txt.json", "a.jpg.json"], scored.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(scored, await ScoresAsync(storage));

        // Another image under the name of one that is scored: its score is that of the old one.
        await storage["inbox"].GetBlobClient("a.jpg").UploadAsync(new BinaryData(DrawnImage.Other(1)), overwrite: true, Cancellation);
        await app.TimeAsync();
        Assert.NotEqual(scored["a.jpg.json"], (await ScoresAsync(storage))["a.jpg.json"]);
    }

    [Fact]
    public async Task TheTimerNoticesADeletionAndIsCheapWhenNothingHappened()
    {
        TestStorage storage = await azurite.NewAppStorageAsync();
        await using FickleStorage proxy = await FickleStorage.StartAsync(storage);
        await using DrivenApp app = await DrivenApp.StartAsync(
            proxy.Storage.ConnectionString, ("Classifier__Serving__PollInterval", "00:10:00"));
        TrainingImages images = new(storage);
        await images.AddAsync(0, Pairs, Cancellation);
        await app.TimeAsync();
        Assert.Equal(images.Fingerprint, await storage.PublishedFingerprintAsync());

        await images.DeleteAsync("other/003.jpg", Cancellation);
        await app.TimeAsync();
        Assert.Equal(images.Fingerprint, await storage.PublishedFingerprintAsync());

        int before = proxy.Requests.Count;
        TimeSpan busy = app.Worker.Process.ProcessorTime;
        await app.TimeAsync();
        string[] asked = [.. proxy.Requests.Skip(before)];
        Assert.True(asked.Length <= 12, string.Join('\n', asked));
        Assert.DoesNotContain(asked, request => request.StartsWith("PUT", StringComparison.Ordinal));
        Assert.InRange(app.Worker.Process.ProcessorTime - busy, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    /// <summary>Whether a model was trained on exactly these.</summary>
    private static bool Saw(JsonElement model, TrainingImages images) =>
        model.TryGetProperty("fingerprint", out JsonElement fingerprint) && fingerprint.GetString() == images.Fingerprint;

    private static async Task<BlobProperties> PropertiesAsync(TestStorage storage, string container, string name) =>
        await storage[container].GetBlobClient(name).GetPropertiesAsync(cancellationToken: Cancellation);

    private static async Task<Dictionary<string, ETag>> ScoresAsync(TestStorage storage)
    {
        Dictionary<string, ETag> scores = [];
        await foreach (BlobItem blob in storage["scores"].GetBlobsAsync(cancellationToken: Cancellation))
        {
            scores[blob.Name] = blob.Properties.ETag!.Value;
        }

        return scores;
    }
}
