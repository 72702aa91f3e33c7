using System.Net.Http.Headers;
using System.Text.Json;
using ClockFunctions.StandIn;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Functions;

/// <summary>From the app's start to a served model, over HTTP as callers see it.</summary>
[Collection(DrivenApp.Turns)]
public class ServingJourneyTests(AzuriteFixture azurite)
{
    private const int Pairs = 8;
    private const int HeldOut = 500;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AFreshStorageIsAllThatThePublishedAppNeeds()
    {
        TestStorage storage = await azurite.NewStorageAsync(); // without a single container
        await using DrivenApp app = await DrivenApp.StartAsync(storage.ConnectionString);
        Assert.Equal(
            Trigger.All(FunctionsApp.Published).Select(trigger => trigger.Function).Order(),
            app.Worker.Functions.Select(function => function.Name).Order());
        Assert.True((await app.Worker.WarmUpAsync(Cancellation)).Succeeded);

        await app.UntilAsync("/api/health", health => health.GetProperty("status").GetString() == "ready");
        await ScoresAnswerAsync(app);
        string first = await TrainAsync(app, 0);
        await PublishingAnswersAsync(app, first, second: await TrainAsync(app, Pairs));

        using HttpAnswer page = await app.SendAsync(HttpMethod.Get, "/api/studio");
        Assert.Equal("text/html", page.Response.Content.Headers.ContentType?.MediaType);
        string policy = page.Response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.True((await app.JsonAsync(HttpMethod.Get, "/api/openapi.json")).TryGetProperty("paths", out _));
    }

    [Fact]
    public async Task AnAnswerIsSentOnceAndARequestIsNoReasonToLog()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        await using DrivenApp app = await DrivenApp.StartAsync(storage.ConnectionString);
        string version = await TrainAsync(app, 0);
        int before = app.Worker.Logs.Count;

        using HttpAnswer report = await app.SendAsync(HttpMethod.Get, $"/api/models/{version}/report");
        using HttpAnswer score = await app.SendAsync(HttpMethod.Post, "/api/score", DrawnImage.Clock(HeldOut));

        Assert.Contains(version, await report.Response.Content.ReadAsStringAsync(Cancellation));
        Assert.InRange(report.Invocation.ReturnedBytes, 0, 16);
        Assert.InRange(score.Invocation.ReturnedBytes, 0, 16);
        Assert.Empty(app.Worker.Logs.Skip(before));
    }

    [Fact]
    public async Task CustomVisionsAddressesAnswerToTheirOwnKeysAndOnlyWhereOneIsSet()
    {
        const string Classify = "/api/customvision/v3.0/Prediction/11111111-2222-3333-4444-555555555555/Classify/Iterations/current/image";
        TestStorage storage = await azurite.NewStorageAsync();
        await using DrivenApp app = await DrivenApp.StartAsync(
            storage.ConnectionString, ("Classifier__CustomVision__PredictionKey", "secret"));

        foreach ((string? key, string path, int status) in ((string?, string, int)[])
            [
                ("secret", Classify, 200), ("wrong", Classify, 401), (null, Classify, 401),
                ("secret", Classify.Replace("Prediction", "training", StringComparison.Ordinal), 404),
            ])
        {
            using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new ByteArrayContent(DrawnImage.Clock(HeldOut)) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            request.Headers.Add("Prediction-Key", key is null ? [] : [key]);

            using HttpAnswer answer = await app.Worker.SendAsync(request, Cancellation);

            Assert.Equal(status, (int)answer.Response.StatusCode);
        }
    }

    [Fact]
    public async Task WrongSettingsEndTheStartWithALineThatNamesThem()
    {
        TestStorage storage = await azurite.NewStorageAsync();

        WorkerException ended = await Assert.ThrowsAsync<WorkerException>(
            () => DrivenApp.StartAsync(storage.ConnectionString, ("Classifier__Training__Views", "0")));

        Assert.Contains("ended with 1", ended.Message);
        Assert.Contains("Views", ended.Message);
    }

    private static async Task ScoresAnswerAsync(DrivenApp app)
    {
        JsonElement score = await app.JsonAsync(HttpMethod.Post, "/api/score", DrawnImage.Clock(HeldOut));
        OpenApiSchema.AssertValid("Score", score);
        Assert.Equal("summed", score.GetProperty("model").GetProperty("head").GetString());

        using MultipartFormDataContent form = new()
        {
            { ServingHost.Content(DrawnImage.Clock(1), "image/jpeg"), "files", "a.jpg" },
            { ServingHost.Content("no image"u8.ToArray(), "image/jpeg"), "files", "b.jpg" },
        };
        byte[] body = await form.ReadAsByteArrayAsync(Cancellation);
        using HttpAnswer two = await app.SendAsync(HttpMethod.Post, "/api/score", body, form.Headers.ContentType!.ToString());
        JsonElement scores = (await ServingHost.JsonAsync(two.Response)).GetProperty("scores");
        OpenApiSchema.AssertValid("Score", scores[0]);
        OpenApiSchema.AssertValid("Problem", scores[1]);

        using HttpAnswer large = await app.SendAsync(HttpMethod.Post, "/api/score", new byte[(20 * 1024 * 1024) + 1]);
        await ServingHost.ProblemAsync(large.Response, 413, "too-large");
        using HttpAnswer none = await app.SendAsync(HttpMethod.Post, "/api/score", []);
        await ServingHost.ProblemAsync(none.Response, 400, "no-image");
    }

    /// <summary>Adds photos over HTTP, and reports one of them as the event that Azure raises.</summary>
    /// <returns>The version that serves then.</returns>
    private static async Task<string> TrainAsync(DrivenApp app, int from)
    {
        await app.UntilAsync("/api/health", health => health.GetProperty("status").GetString() == "ready");
        for (int i = from; i < from + Pairs; i++)
        {
            await app.JsonAsync(HttpMethod.Put, $"/api/training/clock/{i}.jpg", DrawnImage.Clock(i), status: 201);
            await app.JsonAsync(HttpMethod.Put, $"/api/training/other/{i}.jpg", DrawnImage.Other(i), status: 201);
        }

        await app.HandleAsync("training", $"clock/{from}.jpg");
        JsonElement models = await app.JsonAsync(HttpMethod.Get, "/api/models");
        JsonElement newest = models.GetProperty("models")[0];
        Assert.Equal("current", newest.GetProperty("state").GetString());
        string version = newest.GetProperty("version").GetString()!;
        await app.UntilAsync("/api/model", model => model.GetProperty("version").GetString() == version);
        return version;
    }

    private static async Task PublishingAnswersAsync(DrivenApp app, string first, string second)
    {
        using HttpAnswer current = await app.SendAsync(HttpMethod.Get, "/api/model");
        EntityTagHeaderValue tag = current.Response.Headers.ETag!;

        using HttpAnswer lost = await app.SendAsync(HttpMethod.Post, $"/api/models/{first}/publish", ifMatch: "\"0x0\"");
        await ServingHost.ProblemAsync(lost.Response, 412, "precondition-failed");
        using HttpAnswer unknown = await app.SendAsync(HttpMethod.Post, "/api/models/20200101T000000Z-000000/publish");
        await ServingHost.ProblemAsync(unknown.Response, 404, "unknown-version");

        using HttpAnswer back = await app.SendAsync(HttpMethod.Post, $"/api/models/{first}/publish", ifMatch: tag.ToString());
        await ServingHost.JsonAsync(back.Response);
        Assert.Equal(first, (await app.JsonAsync(HttpMethod.Get, "/api/model")).GetProperty("version").GetString());
        await app.JsonAsync(HttpMethod.Post, $"/api/models/{second}/publish");
        Assert.Equal(second, (await app.JsonAsync(HttpMethod.Get, "/api/model")).GetProperty("version").GetString());
    }
}
