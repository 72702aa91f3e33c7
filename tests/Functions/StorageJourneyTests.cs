using System.Net;
using System.Text.Json;
using Azure.Storage.Sas;
using ClockFunctions.Core.Storage;
using ClockFunctions.StandIn;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Functions;

/// <summary>The app beside a storage that is away, or that lets it do less than it needs.</summary>
[Collection(DrivenApp.Turns)]
public class StorageJourneyTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhileTheStorageIsAwayEventsFailSoThatTheyAreDeliveredAgainAndScoresAreAnswered()
    {
        await using DrivenApp app = await DrivenApp.StartAsync(ServingHost.NoStorage);

        Task<Invocation[]> events = Task.WhenAll(
            app.Worker.BlobAsync("training", "clock/1.jpg", Cancellation),
            app.Worker.BlobAsync("inbox", "1.jpg", Cancellation),
            app.Worker.TimerAsync(Cancellation));
        JsonElement score = await app.JsonAsync(HttpMethod.Post, "/api/score", DrawnImage.Clock(1));
        using HttpAnswer put = await app.SendAsync(HttpMethod.Put, "/api/training/clock/1.jpg", DrawnImage.Clock(1));

        Assert.Equal("summed", score.GetProperty("model").GetProperty("head").GetString());
        await ServingHost.ProblemAsync(put.Response, 503, "storage-unavailable");
        Assert.All(await events, invocation => Assert.False(invocation.Succeeded));
    }

    [Fact]
    public async Task WhereTheAppMayNotMakeItsContainersHealthAndTheLogSayWhichAreMissing()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        await storage["models"].CreateAsync(cancellationToken: Cancellation);
        // It sees every container and may make none, as with a role that only reads.
        AccountSasBuilder rights = new(
            AccountSasPermissions.Read | AccountSasPermissions.List, DateTimeOffset.UtcNow.AddHours(1),
            AccountSasServices.Blobs, AccountSasResourceTypes.Container | AccountSasResourceTypes.Object);
        string signature = storage.Client.GenerateAccountSasUri(rights).Query.TrimStart('?');
        await using DrivenApp app = await DrivenApp.StartAsync(
            $"BlobEndpoint={storage.Client.Uri};SharedAccessSignature={signature}");

        JsonElement health = await app.UntilAsync(
            "/api/health",
            health => health.GetProperty("status").GetString() == "degraded" && app.Worker.Logs.Any(log => log.Level == "Error"));

        const string Missing = "training, inbox, scores, quarantine";
        Assert.Contains($"no container {Missing}", health.GetProperty("reasons")[0].GetString());
        Assert.Contains(app.Worker.Logs, log => log.Message.Contains($"it lacks the containers {Missing}", StringComparison.Ordinal));
        using HttpAnswer score = await app.SendAsync(HttpMethod.Post, "/api/score", DrawnImage.Clock(1));
        Assert.Equal(HttpStatusCode.OK, score.Response.StatusCode);
    }

    [Fact]
    public async Task AContainerThatIsDeletedUnderTheAppIsMissedByHealth()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        await using DrivenApp app = await DrivenApp.StartAsync(storage.ConnectionString);
        await app.UntilAsync("/api/health", health => health.GetProperty("status").GetString() == "ready");

        await storage[StorageContainers.TrainingName].DeleteAsync(cancellationToken: Cancellation);

        JsonElement health = await app.JsonAsync(HttpMethod.Get, "/api/health");
        Assert.Equal("degraded", health.GetProperty("status").GetString());
        Assert.Contains("no container training", health.GetProperty("reasons")[0].GetString());
    }
}
