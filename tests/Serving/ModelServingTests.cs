using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Storage;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Serving;

public class ModelServingTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task APublishedHeadScoresWithoutARestart()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        await using ServingHost host = await ServingHost.StartAsync(storage.ConnectionString);
        Assert.Equal("zero-shot", await AnsweringAsync(host));

        HeadDirectory head = await PublishAsync(storage, SomeHead.Of(1));

        await UntilAsync(() => AnsweringAsync(host), head.Manifest.Version);
        JsonElement score = await ServingHost.JsonAsync(await host.ScoreAsync(SomePhoto.Jpeg()));
        Assert.Equal("learned", score.GetProperty("model").GetProperty("head").GetString());
        Assert.Equal(0.880797, score.GetProperty("probability").GetDouble()); // sigmoid(2), to six decimals
        HttpResponseMessage model = await host.Client.GetAsync("/api/model", Cancellation);
        OpenApiSchema.AssertValid("HeadManifest", await ServingHost.JsonAsync(model));
        Assert.NotNull(model.Headers.ETag);
    }

    [Theory]
    [InlineData(0, "clock")]
    [InlineData(100, "unknown")]
    public async Task ALearnedScoreSaysHowNovelTheImageIsAndTheSettingMakesItUnknown(int novelty, string label)
    {
        TestStorage storage = await azurite.NewStorageAsync();
        HeadDirectory head = SomeHead.Of(1).With(SomeNovelty.Always(TestBackbone.Spec.FeatureWidth, novelty));
        await PublishAsync(storage, head);
        await using ServingHost host = await ServingHost.StartAsync(storage.ConnectionString, ("Serving:UnknownAbove", "99"));
        await UntilAsync(() => AnsweringAsync(host), head.Manifest.Version);

        JsonElement score = await ServingHost.JsonAsync(await host.ScoreAsync(SomePhoto.Jpeg()));
        JsonElement zeroShot = await ServingHost.JsonAsync(await host.ScoreAsync(SomePhoto.Jpeg(), "?head=summed"));

        Assert.Equal(novelty, score.GetProperty("novelty").GetDouble());
        Assert.Equal(label, score.GetProperty("label").GetString());
        Assert.True(score.GetProperty("isTarget").GetBoolean()); // says what the head says, whatever the label
        OpenApiSchema.AssertValid("Score", score);
        Assert.False(zeroShot.TryGetProperty("novelty", out _));
        Assert.Equal("clock", zeroShot.GetProperty("label").GetString());
        OpenApiSchema.AssertValid(
            "HeadManifest", await ServingHost.JsonAsync(await host.Client.GetAsync("/api/model", Cancellation)));
    }

    [Fact]
    public async Task WithoutTheSettingNoImageIsUnknown()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        HeadDirectory head = SomeHead.Of(1).With(SomeNovelty.Always(TestBackbone.Spec.FeatureWidth, novelty: 100));
        await PublishAsync(storage, head);
        await using ServingHost host = await ServingHost.StartAsync(storage.ConnectionString);
        await UntilAsync(() => AnsweringAsync(host), head.Manifest.Version);

        JsonElement score = await ServingHost.JsonAsync(await host.ScoreAsync(SomePhoto.Jpeg()));

        Assert.Equal((100, "clock"), (score.GetProperty("novelty").GetDouble(), score.GetProperty("label").GetString()));
    }

    [Fact]
    public async Task WhatThisProcessPublishesServesWithoutWaitingForThePoll()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        await PublishAsync(storage, SomeHead.Of(0)); // with it the containers
        await using ServingHost host = await ServingHost.StartAsync(storage.ConnectionString, ("Serving:PollInterval", "00:10:00"));
        await UntilAsync(() => AnsweringAsync(host), SomeHead.Of(0).Manifest.Version);

        HeadDirectory head = SomeHead.Of(1);
        await WriteAsync(storage, head);
        ModelRegistry registry = host.Service<ModelRegistry>();
        CurrentHead before = await registry.Current.ReadAsync(known: null, Cancellation);
        await registry.PublishAsync(head.Manifest.Version, before.ETag, TestBackbone.Spec, Pipeline.Resize, Cancellation);

        await UntilAsync(() => AnsweringAsync(host), head.Manifest.Version);
    }

    [Fact]
    public async Task WhereNothingIsPublishedTheModelIsTheZeroShotHead()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        await using ServingHost host = await ServingHost.StartAsync(storage.ConnectionString);

        OpenApiSchema.AssertValid("ZeroShot", await ServingHost.JsonAsync(await host.Client.GetAsync("/api/model", Cancellation)));
        Assert.Empty(
            (await ServingHost.JsonAsync(await host.Client.GetAsync("/api/models", Cancellation))).GetProperty("models").EnumerateArray());
    }

    [Fact]
    public async Task NoScoreFailsWhileModelsArePublished()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        await PublishAsync(storage, SomeHead.Of(0));
        await using ServingHost host = await ServingHost.StartAsync(storage.ConnectionString, ("Serving:MaxQueue", "1000"));
        using CancellationTokenSource published = new();
        ConcurrentDictionary<string, int> versions = new();

        Task[] clients = [.. Enumerable.Range(0, 4).Select(async _ =>
        {
            while (!published.IsCancellationRequested)
            {
                JsonElement score = await ServingHost.JsonAsync(await host.ScoreAsync(SomePhoto.Jpeg()));
                versions.AddOrUpdate(score.GetProperty("model").GetProperty("version").GetString()!, 1, (_, count) => count + 1);
            }
        })];
        string last = "";
        for (int i = 1; i <= 20; i++)
        {
            last = (await PublishAsync(storage, SomeHead.Of(i))).Manifest.Version;
            if (i % 5 == 0)
            {
                await UntilAsync(() => AnsweringAsync(host), last);
            }
        }

        await published.CancelAsync();
        await Task.WhenAll(clients);
        Assert.True(versions.Count >= 4, string.Join(", ", versions));
        Assert.DoesNotContain("zero-shot", versions.Keys);
        Assert.Equal(last, await AnsweringAsync(host));
    }

    public static TheoryData<string, string> BadHeads => new()
    {
        { "weights", "has SHA-256" },
        { "truncated", "has SHA-256" },
        { "manifest", "is damaged" },
        { "missing", "has lost its head.safetensors" },
        { "backbone", "was trained on backbone" },
        { "pipeline", "was trained on pipeline crop" },
        { "target", "answers about 'dog'" },
        { "threshold", "outside of 0–1" },
    };

    [Theory, MemberData(nameof(BadHeads))]
    public async Task ABadHeadIsRefusedWithItsReasonAndTheOldOneGoesOn(string kind, string reason)
    {
        TestStorage storage = await azurite.NewStorageAsync();
        HeadDirectory good = await PublishAsync(storage, SomeHead.Of(1));
        await using ServingHost host = await ServingHost.StartAsync(storage.ConnectionString);
        await UntilAsync(() => AnsweringAsync(host), good.Manifest.Version);

        HeadDirectory bad = await WriteBadAsync(storage, kind);
        await MovePointerAsync(storage, bad.Manifest.Version, previous: good.Manifest.Version);

        JsonElement health = await UntilAsync(() => HealthAsync(host), health => health.GetProperty("refusedHeads").GetArrayLength() > 0);
        OpenApiSchema.AssertValid("Health", health);
        JsonElement refused = health.GetProperty("refusedHeads")[0];
        Assert.Equal(bad.Manifest.Version, refused.GetProperty("version").GetString());
        Assert.Contains(reason, refused.GetProperty("reason").GetString());
        Assert.Equal("degraded", health.GetProperty("status").GetString());
        Assert.Equal(good.Manifest.Version, await AnsweringAsync(host));
    }

    [Fact]
    public async Task AHostThatStartsBesideABadHeadServesTheOneBefore()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        HeadDirectory good = await PublishAsync(storage, SomeHead.Of(1));
        HeadDirectory bad = await WriteBadAsync(storage, "weights");
        await MovePointerAsync(storage, bad.Manifest.Version, previous: good.Manifest.Version);

        await using ServingHost host = await ServingHost.StartAsync(storage.ConnectionString);

        await UntilAsync(() => AnsweringAsync(host), good.Manifest.Version);
    }

    [Fact]
    public async Task WithoutAPointerAndAPublishedVersionTheZeroShotHeadAnswersAgain()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        HeadDirectory head = await PublishAsync(storage, SomeHead.Of(1, change: manifest => manifest with { State = "held" }));
        await using ServingHost host = await ServingHost.StartAsync(storage.ConnectionString);
        await UntilAsync(() => AnsweringAsync(host), head.Manifest.Version);

        await storage["models"].DeleteBlobAsync("heads/current.json", cancellationToken: Cancellation);

        await UntilAsync(() => AnsweringAsync(host), "zero-shot");
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task ADeletedPointerIsMadeAgainWhetherTheHostRunsOrStarts(bool running)
    {
        TestStorage storage = await azurite.NewStorageAsync();
        string version = (await PublishAsync(storage, SomeHead.Of(1))).Manifest.Version;
        await using ServingHost? before = running ? await ServingHost.StartAsync(storage.ConnectionString) : null;
        if (before is not null)
        {
            await UntilAsync(() => AnsweringAsync(before), version);
        }

        await storage["models"].DeleteBlobAsync("heads/current.json", cancellationToken: Cancellation);
        await using ServingHost host = before ?? await ServingHost.StartAsync(storage.ConnectionString);

        await UntilAsync(async () => (await PointerAsync(storage)).Head?.Version ?? "none", version);
        await UntilAsync(() => AnsweringAsync(host), version);
    }

    [Fact]
    public async Task ADamagedPointerIsMendedFromWhatWasPublished()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        string version = (await PublishAsync(storage, SomeHead.Of(1))).Manifest.Version;
        await using ServingHost host = await ServingHost.StartAsync(storage.ConnectionString);
        await UntilAsync(() => AnsweringAsync(host), version);

        await DamagePointerAsync(storage);

        await UntilAsync(async () => (await PointerAsync(storage)).Head?.Version ?? "none", version);
        Assert.Equal("ready", (await HealthAsync(host)).GetProperty("status").GetString());
        Assert.Equal(version, await AnsweringAsync(host));
    }

    [Fact]
    public async Task HealthSpeaksOfADamagedPointerUntilItIsMended()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        string held = (await WriteAsync(storage, SomeHead.Of(1, change: manifest => manifest with { State = "held" }))).Manifest.Version;
        await DamagePointerAsync(storage);
        await using ServingHost host = await ServingHost.StartAsync(storage.ConnectionString);

        JsonElement health = await UntilAsync(
            () => HealthAsync(host), health => health.GetProperty("reasons").ToString().Contains("current.json", StringComparison.Ordinal));
        Assert.Equal("degraded", health.GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.OK, (await PublishAsync(host, held)).StatusCode);

        health = await HealthAsync(host);
        Assert.Equal("ready", health.GetProperty("status").GetString());
        Assert.Single(health.GetProperty("refusedHeads").EnumerateArray()); // what happened stays on record
    }

    [Fact]
    public async Task WeightsThatWereMendedAreTakenWithoutARestart()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        HeadDirectory good = await PublishAsync(storage, SomeHead.Of(1));
        HeadDirectory bad = await WriteBadAsync(storage, "weights");
        await MovePointerAsync(storage, bad.Manifest.Version, previous: good.Manifest.Version);
        await using ServingHost host = await ServingHost.StartAsync(storage.ConnectionString);
        await UntilAsync(
            () => HealthAsync(host),
            health => health.GetProperty("status").GetString() == "degraded" && health.GetProperty("refusedHeads").GetArrayLength() > 0);

        await storage["models"].GetBlobClient($"heads/{bad.Manifest.Version}/head.safetensors")
            .UploadAsync(new BinaryData(bad.Weights), overwrite: true, Cancellation);

        await UntilAsync(() => AnsweringAsync(host), bad.Manifest.Version);
        Assert.Equal("ready", (await HealthAsync(host)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task ADamagedPointerBlocksNoRollback()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        string held = (await WriteAsync(storage, SomeHead.Of(1, change: manifest => manifest with { State = "held" }))).Manifest.Version;
        await using ServingHost host = await ServingHost.StartAsync(storage.ConnectionString, ("Serving:PollInterval", "00:10:00"));
        await DamagePointerAsync(storage);

        Assert.Equal(HttpStatusCode.OK, (await PublishAsync(host, held)).StatusCode);
        Assert.Equal(held, (await PointerAsync(storage)).Head?.Version);
    }

    [Fact]
    public async Task VersionsAreListedNewestFirstWithTheirStateAndWhetherTheyCouldServe()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        await WriteAsync(storage, SomeHead.Of(1, change: manifest => manifest with { BackboneSha256 = Some.Hash("another") }));
        await PublishAsync(storage, SomeHead.Of(2));
        await WriteAsync(storage, SomeHead.Of(3, change: manifest => manifest with { State = "held", Reason = "Not better." }));
        await storage["models"].UploadBlobAsync("heads/20260101T000004Z-abcdef/head.json", new BinaryData("{"), Cancellation);
        await using ServingHost host = await ServingHost.StartAsync(storage.ConnectionString);

        JsonElement list = await ServingHost.JsonAsync(await host.Client.GetAsync("/api/models", Cancellation));

        OpenApiSchema.AssertValid("ModelList", list);
        Assert.Equal(
            ["20260101T000003Z-abcdef held True", "20260101T000002Z-abcdef current True", "20260101T000001Z-abcdef published False"],
            list.GetProperty("models").EnumerateArray()
                .Select(model =>
                    $"{model.GetProperty("version")} {model.GetProperty("state")} {!model.TryGetProperty("unusable", out _)}"));
        Assert.Equal(
            "20260101T000004Z-abcdef", Assert.Single(list.GetProperty("damaged").EnumerateArray()).GetProperty("version").GetString());
    }

    [Fact]
    public async Task PublishingMovesThePointerOnceAndRollsBack()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        string first = (await WriteAsync(storage, SomeHead.Of(1))).Manifest.Version;
        string second = (await WriteAsync(storage, SomeHead.Of(2))).Manifest.Version;
        await using ServingHost host = await ServingHost.StartAsync(storage.ConnectionString);
        await UntilAsync(() => AnsweringAsync(host), second); // at its start the host makes the missing pointer

        foreach (string version in (string[])[first, second, second, first])
        {
            OpenApiSchema.AssertValid("HeadManifest", await ServingHost.JsonAsync(await PublishAsync(host, version)));
            // Whoever published sees it serve at once, not at the next poll.
            Assert.Equal(version, await AnsweringAsync(host));
        }
    }

    [Fact]
    public async Task PublishingIsRefusedForWhatIsUnknownUnusableOrOutOfDate()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        string first = (await WriteAsync(storage, SomeHead.Of(1))).Manifest.Version;
        string second = (await WriteAsync(storage, SomeHead.Of(2))).Manifest.Version;
        string foreign =
            (await WriteAsync(
                storage, SomeHead.Of(3, change: manifest => manifest with { BackboneSha256 = Some.Hash("another") }))).Manifest.Version;
        await using ServingHost host = await ServingHost.StartAsync(storage.ConnectionString);
        await UntilAsync(() => AnsweringAsync(host), second); // at its start the host makes the missing pointer

        await ServingHost.ProblemAsync(await PublishAsync(host, "20250101T000000Z-abcdef"), 404, "unknown-version");
        await ServingHost.ProblemAsync(await PublishAsync(host, "..%2F..%2Fsecret"), 404, "unknown-version");
        await ServingHost.ProblemAsync(await PublishAsync(host, foreign), 422, "unusable-model");
        await ServingHost.ProblemAsync(await PublishAsync(host, first, "\"0x1\""), 412, "precondition-failed");

        HttpResponseMessage published = await PublishAsync(host, first);
        string etag = published.Headers.ETag!.Tag;
        Assert.Equal(HttpStatusCode.OK, (await PublishAsync(host, second, etag)).StatusCode);
        await ServingHost.ProblemAsync(await PublishAsync(host, first, etag), 412, "precondition-failed");
        Assert.Equal(second, await AnsweringAsync(host));
    }

    [Fact]
    public async Task OfManyWhoReplaceTheSamePointerOneWins()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        await PublishAsync(storage, SomeHead.Of(0));
        string[] versions = await Task.WhenAll(
            Enumerable.Range(1, 8).Select(async i => (await WriteAsync(storage, SomeHead.Of(i))).Manifest.Version));
        await using ServingHost host = await ServingHost.StartAsync(storage.ConnectionString);
        string etag = (await host.Client.GetAsync("/api/model", Cancellation)).Headers.ETag!.Tag;

        HttpResponseMessage[] answers = await Task.WhenAll(versions.Select(version => PublishAsync(host, version, etag)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        // Each gave a condition, and it does not hold any more: 412, whether that was found before or during the write.
        Assert.All(
            answers.Where(answer => answer.StatusCode != HttpStatusCode.OK),
            answer => Assert.Equal(HttpStatusCode.PreconditionFailed, answer.StatusCode));
    }

    [Fact]
    public async Task AReportIsAPageThatMayRunNothing()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        string version = (await WriteAsync(storage, SomeHead.Of(1))).Manifest.Version;
        await using ServingHost host = await ServingHost.StartAsync(storage.ConnectionString);

        HttpResponseMessage report = await host.Client.GetAsync($"/api/models/{version}/report", Cancellation);

        Assert.Equal("text/html", report.Content.Headers.ContentType?.MediaType);
        Assert.Contains(version, await report.Content.ReadAsStringAsync(Cancellation));
        string policy = Assert.Single(report.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none';", policy);
        Assert.DoesNotContain("script-src", policy);
        await ServingHost.ProblemAsync(
            await host.Client.GetAsync("/api/models/20250101T000000Z-abcdef/report", Cancellation), 404, "unknown-version");
    }

    [Fact]
    public async Task WithoutItsStorageTheServiceIsDegradedAndSaysSo()
    {
        await using ServingHost host = await ServingHost.StartAsync();

        JsonElement health = await UntilAsync(() => HealthAsync(host), health => health.GetProperty("status").GetString() != "starting");
        OpenApiSchema.AssertValid("Health", health);
        Assert.Equal("degraded", health.GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.OK, (await host.ScoreAsync(SomePhoto.Jpeg())).StatusCode);
        HttpResponseMessage models = await host.Client.GetAsync("/api/models", Cancellation);
        await ServingHost.ProblemAsync(models, 503, "storage-unavailable");
        Assert.NotNull(models.Headers.RetryAfter);
    }

    [Fact]
    public async Task WithoutItsBackboneTheServiceIsNotReadyAndSaysWhatToDo()
    {
        await using ServingHost host = await ServingHost.StartAsync(null, ("Backbone", "not-there"));

        HttpResponseMessage response = await UntilAsync(
            () => host.Client.GetAsync("/api/health", Cancellation),
                response => !response.Content.ReadAsStringAsync(Cancellation).Result.Contains("starting", StringComparison.Ordinal));
        JsonElement health = await ServingHost.JsonAsync(response, 503);
        Assert.Equal("failed", health.GetProperty("status").GetString());
        Assert.Contains("There is no backbone 'not-there'", health.GetProperty("reasons")[0].GetString());
        HttpResponseMessage score = await host.ScoreAsync(SomePhoto.Jpeg());
        await ServingHost.ProblemAsync(score, 503, "not-ready");
        Assert.NotNull(score.Headers.RetryAfter);
    }

    [Fact]
    public async Task ABackboneThatComesLaterIsTakenThoughNobodyScores()
    {
        string folder = Directory.CreateTempSubdirectory("clocks-late-").FullName;
        await using ServingHost host = await ServingHost.StartAsync(null, ("BackboneFolder", folder));
        await UntilAsync(
            () => host.Client.GetAsync("/api/health", Cancellation),
            response => response.StatusCode == HttpStatusCode.ServiceUnavailable);
        foreach (string file in Directory.EnumerateFiles(TestBackbone.Folder, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(folder, Path.GetRelativePath(TestBackbone.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        await UntilAsync(() => host.Client.GetAsync("/api/health", Cancellation), response => response.StatusCode == HttpStatusCode.OK);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<HeadDirectory> WriteAsync(TestStorage storage, HeadDirectory head)
    {
        StorageContainers containers = new(storage.Client);
        await containers.EnsureAsync(Cancellation);
        await new ModelRegistry(containers, TimeProvider.System).Versions.WriteAsync(head, "test", Cancellation);
        return head;
    }

    private static async Task<HeadDirectory> PublishAsync(TestStorage storage, HeadDirectory head)
    {
        await WriteAsync(storage, head);
        ModelRegistry registry = new(new StorageContainers(storage.Client), TimeProvider.System);
        CurrentHead current = await registry.Current.ReadAsync(null, Cancellation);
        await registry.PublishAsync(head.Manifest.Version, current.ETag, TestBackbone.Spec, Pipeline.Resize, Cancellation);
        return head;
    }

    /// <summary>A version with one thing wrong, behind the registry's back: it would not write such a one.</summary>
    private static async Task<HeadDirectory> WriteBadAsync(TestStorage storage, string kind)
    {
        HeadDirectory head = SomeHead.Of(2, change: manifest => kind switch
        {
            "backbone" => manifest with { BackboneSha256 = Some.Hash("another") },
            "pipeline" => manifest with { Pipeline = "crop" },
            "target" => manifest with { Target = "dog" },
            "threshold" => manifest with { Threshold = 7 },
            _ => manifest,
        });
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(head.Manifest, Core.Json.Compact);
        byte[]? weights = kind switch
        {
            "weights" => [.. head.Weights[..^1], 1],
            "truncated" => head.Weights[..^4],
            "missing" => null,
            _ => head.Weights,
        };
        string folder = $"heads/{head.Manifest.Version}";
        if (weights is not null)
        {
            await storage["models"].UploadBlobAsync($"{folder}/head.safetensors", new BinaryData(weights), Cancellation);
        }

        await storage["models"].UploadBlobAsync(
            $"{folder}/head.json", new BinaryData(kind == "manifest" ? json[..^10] : json), Cancellation);
        return head;
    }

    private static async Task DamagePointerAsync(TestStorage storage) =>
        await storage["models"].GetBlobClient("heads/current.json").UploadAsync(BinaryData.FromString("{"), overwrite: true, Cancellation);

    private static Task<CurrentHead> PointerAsync(TestStorage storage) =>
        new CurrentPointer(new StorageContainers(storage.Client)).ReadAsync(known: null, Cancellation);

    private static async Task MovePointerAsync(TestStorage storage, string version, string previous)
    {
        HeadPointer pointer = new(version, previous, version, DateTimeOffset.UnixEpoch);
        await storage["models"].GetBlobClient("heads/current.json")
            .UploadAsync(new BinaryData(JsonSerializer.SerializeToUtf8Bytes(pointer, Core.Json.Compact)), overwrite: true, Cancellation);
    }

    private static async Task<HttpResponseMessage> PublishAsync(ServingHost host, string version, string? ifMatch = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, $"/api/models/{version}/publish");
        if (ifMatch is not null)
        {
            request.Headers.IfMatch.Add(EntityTagHeaderValue.Parse(ifMatch));
        }

        return await host.Client.SendAsync(request, Cancellation);
    }

    private static async Task<string> AnsweringAsync(ServingHost host) =>
        (await ServingHost.JsonAsync(await host.ScoreAsync(SomePhoto.Jpeg()))).GetProperty("model").GetProperty("version").GetString()!;

    private static async Task<JsonElement> HealthAsync(ServingHost host) =>
        JsonDocument.Parse(await host.Client.GetStringAsync("/api/health", Cancellation)).RootElement;

    private static async Task UntilAsync(Func<Task<string>> ask, string expected) => await UntilAsync(ask, answer => answer == expected);

    /// <summary>Asks again and again, for at most half a minute.</summary>
    private static async Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> enough)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        T answer = await ask();
        while (!enough(answer) && !limit.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), Cancellation);
            answer = await ask();
        }

        Assert.True(enough(answer), $"Still {answer} after half a minute.");
        return answer;
    }
}
