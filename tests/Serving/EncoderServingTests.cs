using System.Text.Json;
using ClockFunctions.Core.Storage;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Serving;

/// <summary>A service on a backbone that gives features alone: nothing answers before its first training, and everything says so.</summary>
public class EncoderServingTests(AzuriteFixture azurite)
{
    private const int Pairs = 20;

    private static readonly (string Name, string Value)[] Encoder =
        [("Backbone", EncoderBackbone.Id), ("BackboneFolder", EncoderBackbone.Folder), ("Training:QuietPeriod", "00:00:00.2")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task BeforeTheFirstTrainingAScoreIsAProblemThatSaysWhatToLabel()
    {
        await using ServingHost host = await StartAsync();

        HttpResponseMessage response = await host.ScoreAsync(SomePhoto.Jpeg());

        JsonElement problem = await ServingHost.ProblemAsync(response, 503, "not-trained");
        string detail = problem.GetProperty("detail").GetString()!;
        Assert.Contains("Label photos: put some of 'clock' and some of other things into container training", detail);
        Assert.Contains("PUT /api/training/{label}/{name}", detail);
        Assert.Null(response.Headers.RetryAfter);
    }

    [Theory]
    [InlineData("summed", "Backbone encoder gives features alone: it has no zero-shot head.")]
    [InlineData("topk", "Backbone encoder gives features alone: it has no zero-shot head.")]
    [InlineData("learned", "There is no learned head yet.")]
    public async Task AHeadThatItDoesNotHaveIsAnUnusableParameter(string head, string detail)
    {
        await using ServingHost host = await StartAsync();

        JsonElement problem = await ServingHost.ProblemAsync(
            await host.ScoreAsync(SomePhoto.Jpeg(), $"?head={head}"), 422, "invalid-parameter");

        Assert.Equal((detail, "head"), (problem.GetProperty("detail").GetString(), problem.GetProperty("parameter").GetString()));
    }

    [Fact]
    public async Task ItIsUpAndSaysThatNothingAnswersYet()
    {
        await using ServingHost host = await StartAsync();
        await host.ScoreAsync(SomePhoto.Jpeg()); // loads the backbone, if the warm-up has not yet

        JsonElement health = await ServingHost.JsonAsync(await host.Client.GetAsync("/api/health", Cancellation));
        JsonElement model = await ServingHost.JsonAsync(await host.Client.GetAsync("/api/model", Cancellation));

        OpenApiSchema.AssertValid("Health", health);
        Assert.Equal("untrained", health.GetProperty("status").GetString());
        Assert.StartsWith("Backbone encoder knows no classes", health.GetProperty("reasons")[0].GetString());
        Assert.Equal("none", health.GetProperty("model").GetProperty("head").GetString());
        OpenApiSchema.AssertValid("Untrained", model);
        Assert.Equal("encoder", model.GetProperty("backbone").GetString());
    }

    [Fact]
    public async Task ItLearnsFromItsFirstLabelsAndThenAnswersWhatHasWaited()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        await using ServingHost host = await ServingHost.StartWatchingAsync(storage.ConnectionString, Encoder);
        await UntilAsync(() => HealthAsync(host), health => health.GetProperty("status").GetString() == "untrained");
        await storage["inbox"].UploadBlobAsync("waiting.jpg", new BinaryData(DrawnImage.Clock(500)), Cancellation);
        for (int i = 0; i < Pairs; i++)
        {
            await PutAsync(host, $"clock/{i}.jpg", DrawnImage.Clock(i));
            await PutAsync(host, $"other/{i}.jpg", DrawnImage.Other(i));
        }

        await UntilAsync(() => HealthAsync(host), health => health.GetProperty("status").GetString() == "ready");

        JsonElement score = await ServingHost.JsonAsync(await host.ScoreAsync(DrawnImage.Clock(500)));
        OpenApiSchema.AssertValid("Score", score);
        Assert.False(score.TryGetProperty("topClasses", out _));
        Assert.True(score.GetProperty("isTarget").GetBoolean());
        JsonElement manifest = await ServingHost.JsonAsync(await host.Client.GetAsync("/api/model", Cancellation));
        OpenApiSchema.AssertValid("HeadManifest", manifest);
        Assert.EndsWith("and that is better than chance.", manifest.GetProperty("reason").GetString());

        JsonElement waited = await UntilAsync(
            () => BlobAsync(storage, "waiting.jpg.json"), found => found.ValueKind is JsonValueKind.Object);
        Assert.Equal("learned", waited.GetProperty("model").GetProperty("head").GetString());
    }

    [Fact]
    public async Task ThePageRunsWhileNothingAnswers()
    {
        await using ServingHost host = await StartAsync();
        using Chromium browser = new();

        await browser.ScreenshotAsync(host.Address.AbsoluteUri, Cancellation);

        Assert.DoesNotContain("Uncaught", browser.Console);
        Assert.Contains($"{host.Address}api/model", browser.Requests);
    }

    [Fact]
    public async Task WhileTheRegistryIsAwayItDoesNotClaimThatNothingWasTrained()
    {
        await using ServingHost host = await ServingHost.StartAsync(storage: null, Encoder);

        HttpResponseMessage score = await host.ScoreAsync(SomePhoto.Jpeg());
        JsonElement health = await UntilAsync(
            async () => await ServingHost.JsonAsync(await host.Client.GetAsync("/api/health", Cancellation), 503),
            health => health.GetProperty("status").GetString() == "failed");

        await ServingHost.ProblemAsync(score, 503, "storage-unavailable");
        Assert.NotNull(score.Headers.RetryAfter);
        Assert.DoesNotContain("first training", health.GetProperty("reasons").GetRawText());
    }

    private async Task<ServingHost> StartAsync()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        await new StorageContainers(storage.Client).EnsureAsync(Cancellation);
        return await ServingHost.StartAsync(storage.ConnectionString, Encoder);
    }

    private static async Task PutAsync(ServingHost host, string name, byte[] image)
    {
        using ByteArrayContent content = ServingHost.Content(image, "image/jpeg");
        Assert.True((await host.Client.PutAsync($"/api/training/{name}", content, Cancellation)).IsSuccessStatusCode);
    }

    private static async Task<JsonElement> HealthAsync(ServingHost host)
    {
        HttpResponseMessage answer = await host.Client.GetAsync("/api/health", Cancellation); // 503 while it starts
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation)).RootElement;
    }

    private static async Task<JsonElement> BlobAsync(TestStorage storage, string name) =>
        await storage["scores"].GetBlobClient(name).ExistsAsync(Cancellation)
            ? JsonDocument.Parse((await storage["scores"].GetBlobClient(name).DownloadContentAsync(Cancellation)).Value.Content).RootElement
            : default;

    private static async Task<JsonElement> UntilAsync(Func<Task<JsonElement>> ask, Func<JsonElement, bool> isSo)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        while (true)
        {
            if (await ask() is var answer && isSo(answer))
            {
                return answer;
            }

            await Task.Delay(100, patience.Token);
        }
    }
}
