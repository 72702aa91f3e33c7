using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using ClockFunctions.Core.Serving.Http;
using ClockFunctions.Core.Storage;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Hosting;

/// <summary>
/// The real local host, training included, on a real storage behind a proxy that spoils requests at random. Whatever is asked meanwhile
/// gets a right answer; when it stops, all is as it would have been without.
/// </summary>
public class StorageFaultInjectionTests(AzuriteFixture azurite, ITestOutputHelper output)
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(Thorough.IsAsked ? 30 : 4);

    private static readonly (string, string)[] Settings =
    [
        ("Training:Views", "2"), ("Training:QuietPeriod", "00:00:00.1"), ("Training:GateTolerance", "0.5"),
        ("Training:ReconcileInterval", "00:00:05"),
    ];

    // Every day without those that hang, for which requests wait seven seconds: a test of its own has them.
    private static readonly StorageFault[] Faults =
        [.. StorageFaults.OfTrouble.Where(fault => Thorough.IsAsked || fault != StorageFault.Hang)];

    private readonly ConcurrentDictionary<string, byte[]> _sent = new();
    private readonly ConcurrentDictionary<string, int> _answers = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Percent of the requests that are spoilt, and the seed of the draws.</summary>
    public static TheoryData<int, int> Rates => Thorough.IsAsked
        ? new() { { 10, 1 }, { 10, 2 }, { 10, 3 }, { 30, 1 }, { 30, 2 }, { 30, 3 }, { 100, 1 }, { 100, 2 }, { 100, 3 } }
        : new() { { 30, 1 } };

    [Theory, MemberData(nameof(Rates))]
    public async Task WhateverTheStorageDoesEveryAnswerIsRightAndAfterwardsAllIsThere(int percent, int seed)
    {
        TestStorage storage = await azurite.NewStorageAsync();
        await new StorageContainers(storage.Client).EnsureAsync(Stop);
        TrainingImages images = new(storage);
        await images.AddAsync(from: 0, pairs: 8, Stop);
        await using FickleStorage fickle = await FickleStorage.StartAsync(storage);
        await using ServingHost host = await ServingHost.StartWatchingAsync(fickle.Storage.ConnectionString, Settings);
        await Eventually.TrueAsync(() => ServesAsync(host, images.Fingerprint), "The first model is published.");

        fickle.Spoil(StorageFaults.At(percent, Faults, seed));
        await AskAsync(host);
        fickle.Spoil(StorageFault.None);

        // What was answered with 503 may be there or not: sent again, it is.
        _sent["other/last.jpg"] = DrawnImage.Other(900); // a version was published by hand meanwhile, and this makes a training due
        foreach ((string name, byte[] content) in _sent)
        {
            await Eventually.TrueAsync(
                async () => (await PutAsync(host, name, content)).IsSuccessStatusCode, $"{name} is stored.");
            images.Images[name] = content;
        }

        await Eventually.TrueAsync(() => ServesAsync(host, images.Fingerprint), "The last model is published.");
        await Eventually.TrueAsync(async () => await HealthAsync(host) == "ready", "Health is ready.");
        Assert.Equal(HttpStatusCode.OK, (await host.Client.GetAsync("/api/models", Stop)).StatusCode);
        Assert.True(host.IsAlive);
        output.WriteLine(string.Join(", ", _answers.OrderBy(answer => answer.Key).Select(answer => $"{answer.Key} {answer.Value} times")));
    }

    [Fact]
    public async Task AStorageThatHangsIsAnsweredWith503WhereItIsNeededAndNowhereElse()
    {
        // Together with what a request may wait for before it asks the storage.
        Assert.True(StorageDeadline.Longest + Core.Serving.ScoringGate.LongestWait < TimeSpan.FromSeconds(10));
        TestStorage storage = await azurite.NewStorageAsync();
        await new StorageContainers(storage.Client).EnsureAsync(Stop);
        await using FickleStorage fickle = await FickleStorage.StartAsync(storage);
        await using ServingHost host = await ServingHost.StartWatchingAsync(fickle.Storage.ConnectionString);
        await Eventually.TrueAsync(async () => await HealthAsync(host) == "ready", "Health is ready.");
        fickle.Spoil(StorageFault.Hang);

        await Task.WhenAll(Routes("20260101T000000Z-abcdef").Select(async route =>
        {
            long start = TimeProvider.System.GetTimestamp();
            using HttpResponseMessage answer = await route.Ask(host);
            TimeSpan took = TimeProvider.System.GetElapsedTime(start);
            // Ten seconds are promised; a busy machine gets twice that, and without a deadline it was a minute.
            Assert.True(took < TimeSpan.FromSeconds(20), $"{route.Name} took {took}.");
            if (route.NeedsStorage)
            {
                await ServingHost.ProblemAsync(answer, 503, "storage-unavailable");
                Assert.NotNull(answer.Headers.RetryAfter);
            }
            else
            {
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }
        }));

        Assert.Equal("degraded", await HealthAsync(host));
        fickle.Spoil(StorageFault.None);
        await Eventually.TrueAsync(async () => await HealthAsync(host) == "ready", "Health is ready again.");
    }

    /// <summary>Asks every route again and again at once.</summary>
    private async Task AskAsync(ServingHost host)
    {
        string version = (await ServingHost.JsonAsync(await host.Client.GetAsync("/api/model", Stop))).GetProperty("version").GetString()!;
        long start = TimeProvider.System.GetTimestamp();
        Route[] routes = Routes(version);
        await Task.WhenAll(routes.Select(async route =>
        {
            while (TimeProvider.System.GetElapsedTime(start) < Duration)
            {
                using HttpResponseMessage answer = await route.Ask(host);
                _answers.AddOrUpdate($"{route.Name}: {(int)answer.StatusCode}", 1, (_, count) => count + 1);
                Assert.Contains((int)answer.StatusCode, route.Statuses);
                if (!answer.IsSuccessStatusCode)
                {
                    Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
                    JsonElement problem = await ServingHost.JsonAsync(answer, (int)answer.StatusCode);
                    OpenApiSchema.AssertValid("Problem", problem);
                    Assert.Equal((int)answer.StatusCode, problem.GetProperty("status").GetInt32());
                }

                // As often as a test may ask without keeping the host from anything else.
                await Task.Delay(TimeSpan.FromMilliseconds(20), Stop);
            }
        }));
        Assert.True(host.IsAlive);
    }

    private Route[] Routes(string version) =>
    [
        new("score", false, [200], host => host.ScoreAsync(SomePhoto.Jpeg())),
        new("model", false, [200], host => host.Client.GetAsync("/api/model", Stop)),
        new("health", false, [200], host => host.Client.GetAsync("/api/health", Stop)),
        new("openapi", false, [200], host => host.Client.GetAsync("/api/openapi.json", Stop)),
        new("page", false, [200], host => host.Client.GetAsync("/", Stop)),
        new("models", true, [200, 503], host => host.Client.GetAsync("/api/models", Stop)),
        new("report", true, [200, 503], host => host.Client.GetAsync($"/api/models/{version}/report", Stop)),
        // 409: a publication whose answer was lost meets itself when it is tried again.
        new("publish", true, [200, 409, 503], host => host.Client.PostAsync($"/api/models/{version}/publish", null, Stop)),
        new("put", true, [200, 201, 503], PutNextAsync),
    ];

    private Task<HttpResponseMessage> PutNextAsync(ServingHost host)
    {
        int number = 100 + (_sent.Count % 10); // again and again, also the same
        string name = $"clock/{number}.jpg";
        _sent[name] = DrawnImage.Clock(number);
        return PutAsync(host, name, _sent[name]);
    }

    private static Task<HttpResponseMessage> PutAsync(ServingHost host, string name, byte[] content) =>
        host.Client.PutAsync($"/api/training/{name}", ServingHost.Content(content, "image/jpeg"), Stop);

    private static async Task<bool> ServesAsync(ServingHost host, string fingerprint)
    {
        JsonElement model = await ServingHost.JsonAsync(await host.Client.GetAsync("/api/model", Stop));
        return model.TryGetProperty("fingerprint", out JsonElement served) && served.GetString() == fingerprint;
    }

    private static async Task<string?> HealthAsync(ServingHost host) =>
        (await ServingHost.JsonAsync(await host.Client.GetAsync("/api/health", Stop))).GetProperty("status").GetString();

    private sealed record Route(string Name, bool NeedsStorage, int[] Statuses, Func<ServingHost, Task<HttpResponseMessage>> Ask);
}
