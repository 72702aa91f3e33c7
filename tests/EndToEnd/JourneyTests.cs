using System.Net;
using System.Text.Json;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.EndToEnd;

/// <summary>What a person does with a running <c>clocks serve</c>, from the first score to a better one.</summary>
public class JourneyTests(AzuriteFixture azurite)
{
    private const int Pairs = 12;
    private const int HeldOut = 500;

    private static readonly string[] Settings = ["--set", "Training:QuietPeriod=00:00:00.5", "--set", "Serving:PollInterval=00:00:00.1"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LabelledPhotosMakeTheServiceAnswerBetterWithoutARestart()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        await using ClocksServer server = await ClocksServer.StartAsync(storage.ConnectionString, Settings);
        Assert.Equal("summed", (await ScoreAsync(server, DrawnImage.Clock(HeldOut))).GetProperty("model").GetProperty("head").GetString());

        await LabelAsync(server, 0, Pairs);
        JsonElement health = await UntilAsync(server, "/api/health", health => Trained(health) == 2 * Pairs);

        Assert.Equal("ready", health.GetProperty("status").GetString());
        JsonElement versions = await UntilAsync(server, "/api/models", list => list.GetProperty("models").GetArrayLength() > 0);
        OpenApiSchema.AssertValid("ModelList", versions);
        string version = versions.GetProperty("models").EnumerateArray()
            .Single(model => model.GetProperty("state").GetString() == "current").GetProperty("version").GetString()!;
        await UntilAsync(server, "/api/model", model => model.GetProperty("version").GetString() == version);
        JsonElement clock = await ScoreAsync(server, DrawnImage.Clock(HeldOut));
        JsonElement other = await ScoreAsync(server, DrawnImage.Other(HeldOut));
        Assert.Equal(
            ("learned", true), (clock.GetProperty("model").GetProperty("head").GetString(), clock.GetProperty("isTarget").GetBoolean()));
        Assert.Equal(
            ("learned", false), (other.GetProperty("model").GetProperty("head").GetString(), other.GetProperty("isTarget").GetBoolean()));

        string report = await server.Client.GetStringAsync($"/api/models/{version}/report", Cancellation);
        Assert.Contains(version, report);
    }

    [Fact]
    public async Task WhatLandsInTheInboxIsScored()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        await using ClocksServer server = await ClocksServer.StartAsync(storage.ConnectionString, Settings);

        await storage["inbox"].UploadBlobAsync("a/photo.jpg", new BinaryData(DrawnImage.Clock(1)), Cancellation);
        await storage["inbox"].UploadBlobAsync("note.txt", new BinaryData("no image"), Cancellation);

        OpenApiSchema.AssertValid("Score", await BlobAsync(storage, "a/photo.jpg.json"));
        OpenApiSchema.AssertValid("Problem", await BlobAsync(storage, "note.txt.json"));
    }

    [Fact]
    public async Task ATrainingThatIsCutBySigtermIsMadeUpForAfterTheRestart()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGTERM.");
        TestStorage storage = await azurite.NewStorageAsync();
        await using (ClocksServer server = await ClocksServer.StartAsync(storage.ConnectionString, Settings))
        {
            await LabelAsync(server, 0, Pairs);
            await UntilAsync(server, "/api/health", health => Trained(health) == 2 * Pairs);
            await LabelAsync(server, Pairs, 2);

            server.Terminate();
            (int exitCode, string errors) = await server.EndAsync();
            Assert.Equal(0, exitCode);
            Assert.DoesNotContain("Exception", errors);
        }

        await using ClocksServer restarted = await ClocksServer.StartAsync(storage.ConnectionString, Settings);
        // From the first answer on it is the learned head; soon it is the one that saw everything.
        Assert.Equal(
            "learned", (await ScoreAsync(restarted, DrawnImage.Clock(HeldOut))).GetProperty("model").GetProperty("head").GetString());
        await UntilAsync(restarted, "/api/health", health => Trained(health) == 2 * (Pairs + 2));
    }

    private static async Task LabelAsync(ClocksServer server, int from, int pairs)
    {
        for (int i = from; i < from + pairs; i++)
        {
            foreach ((string label, byte[] image) in ((string, byte[])[])[("clock", DrawnImage.Clock(i)), ("other", DrawnImage.Other(i))])
            {
                HttpResponseMessage added = await server.Client.PutAsync(
                    $"/api/training/{label}/{i}.jpg", ServingHost.Content(image, "image/jpeg"), Cancellation);
                Assert.Equal(HttpStatusCode.Created, added.StatusCode);
            }
        }
    }

    private static async Task<JsonElement> ScoreAsync(ClocksServer server, byte[] image) =>
        await ServingHost.JsonAsync(await server.Client.PostAsync("/api/score", ServingHost.Content(image, "image/jpeg"), Cancellation));

    /// <summary>Images that the last training saw, if nothing waits for another.</summary>
    private static int Trained(JsonElement health)
    {
        JsonElement training = health.GetProperty("training");
        return training.TryGetProperty("pending", out JsonElement pending) && !pending.GetBoolean()
            ? training.GetProperty("labels").EnumerateObject().Sum(label => label.Value.GetInt32())
            : 0;
    }

    private static async Task<JsonElement> UntilAsync(ClocksServer server, string path, Func<JsonElement, bool> enough)
    {
        JsonElement answer = default;
        await UntilAsync(
            async () => enough(answer = JsonDocument.Parse(await server.Client.GetStringAsync(path, Cancellation)).RootElement),
            () => $"{answer}");
        return answer;
    }

    private static async Task<JsonElement> BlobAsync(TestStorage storage, string name)
    {
        await UntilAsync(async () => await storage["scores"].GetBlobClient(name).ExistsAsync(Cancellation), () => $"no {name}");
        return JsonDocument.Parse(
            (await storage["scores"].GetBlobClient(name).DownloadContentAsync(Cancellation)).Value.Content).RootElement;
    }

    /// <summary>Asks again and again, for at most two minutes: a busy machine loads libtorch slowly.</summary>
    private static async Task UntilAsync(Func<Task<bool>> done, Func<string> last)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        while (!await done())
        {
            Assert.False(limit.IsCancellationRequested, $"Still {last()} after two minutes.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), Cancellation);
        }
    }
}
