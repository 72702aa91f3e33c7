using System.Text.Json;
using Azure.Storage.Blobs.Models;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Serving;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Storage;
using ClockFunctions.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ClockFunctions.Tests.Serving;

public sealed class TrafficTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Of 1,000 validation photos most were surely none.</summary>
    private static readonly ScoreCounts Validation = new([700, 50, 20, 10, 10, 10, 20, 30, 50, 100], new long[10]);

    private readonly FakeTimeProvider _time = new(Start);
    private TestStorage _storage = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _storage = await azurite.NewStorageAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public void CountingAllocatesNothingAndEachScoreIsTakenOnce()
    {
        TrafficCounter counter = new();
        counter.Count("a", 0.5, 50);
        long before = GC.GetAllocatedBytesForCurrentThread();
        counter.Count("a", 0.99, null);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        counter.Count("b", 0, 100);

        IReadOnlyDictionary<string, ScoreCounts> taken = counter.Take();

        Assert.Equal(["a", "b"], taken.Keys.Order());
        Assert.Equal((1, 1, 2), (taken["a"].Probability[5], taken["a"].Probability[9], taken["a"].Total()));
        Assert.Equal((1, 0, 1), (taken["a"].Novelty[5], taken["a"].Novelty[9], taken["b"].Novelty[9]));
        Assert.Empty(counter.Take());
    }

    [Fact]
    public async Task NoScoreIsLostWhileItIsTaken()
    {
        TrafficCounter counter = new();
        Task[] scorers = [.. Enumerable.Range(0, 4).Select(scorer => Task.Run(
            () =>
            {
                for (int i = 0; i < 20_000; i++)
                {
                    counter.Count(i % 2 == 0 ? "a" : "b", i % 10 / 10.0, scorer * 25);
                }
            },
            Stop))];
        long total = 0;
        while (scorers.Any(scorer => !scorer.IsCompleted))
        {
            total += counter.Take().Values.Sum(counts => counts.Total());
        }

        await Task.WhenAll(scorers);
        Assert.Equal(80_000, total + counter.Take().Values.Sum(counts => counts.Total()));
    }

    [Fact]
    public async Task TwoInstancesWriteABlobEachAndBothSeeWhatTheyScoredTogether()
    {
        HeadDirectory head = await PublishAsync();
        using Instance one = await StartAsync();
        using Instance other = await StartAsync();
        one.Score(head, count: 120, probability: 0.99);
        other.Score(head, count: 120, probability: 0.99);

        Assert.Equal(TimeSpan.FromHours(1), await one.Watch.MergeAsync(Stop));
        Assert.Null(one.Watch.Health); // 120 of 200
        await other.Watch.MergeAsync(Stop);
        await one.Watch.MergeAsync(Stop);

        foreach (Instance instance in (Instance[])[one, other])
        {
            TrafficHealth health = instance.Watch.Health!;
            Assert.Equal((240, new DateOnly(2026, 3, 1)), (health.Scores, health.PartedSince));
            Assert.True(health.ProbabilityStabilityIndex > 0.25);
            Assert.InRange(health.ProbabilityJensenShannon, 0.1, 1);
            Assert.Null(health.NoveltyStabilityIndex);
            Assert.StartsWith("Since 2026-03-01 what is scored differs", instance.Watch.Reason);
        }

        Assert.Equal(2, (await BlobsAsync()).Count);
    }

    [Fact]
    public async Task TrafficLikeTheValidationPhotosIsNoReason()
    {
        HeadDirectory head = await PublishAsync();
        using Instance instance = await StartAsync();
        for (int bin = 0; bin < 10; bin++)
        {
            instance.Score(head, (int)Validation.Probability[bin], (bin + 0.5) / 10);
        }

        await instance.Watch.MergeAsync(Stop);

        Assert.Equal((1000, null), (instance.Watch.Health!.Scores, instance.Watch.Health.PartedSince));
        Assert.Null(instance.Watch.Reason);
    }

    [Fact]
    public async Task AnInstanceWritesOneBlobADayHoweverOftenAndNothingWhereNothingWasScored()
    {
        HeadDirectory head = await PublishAsync();
        using Instance instance = await StartAsync();
        await instance.Watch.MergeAsync(Stop);
        Assert.Empty(await BlobsAsync());

        for (int hour = 0; hour < 36; hour++)
        {
            instance.Score(head, count: 10, probability: 0.1);
            await instance.Watch.MergeAsync(Stop);
            _time.Advance(TrafficWatch.Interval);
        }

        Assert.Equal(["traffic/20260301", "traffic/20260302"], (await BlobsAsync()).Select(name => name[..16]));
        IReadOnlyList<Traffic> traffic = await NewBlobs().ReadAsync(new DateOnly(2026, 3, 2), Stop);
        Assert.Equal([120, 240], traffic.Select(day => day.Counts.Total())); // 12 hours of the first day, 24 of the second
    }

    [Fact]
    public async Task AStorageThatIsAwayLosesNothingAndItsCountsGoToTheirDay()
    {
        HeadDirectory head = await PublishAsync();
        bool away = true;
        using Instance instance = await StartAsync(() => away ? throw new TimeoutException("away") : NewBlobs());
        instance.Score(head, count: 30, probability: 0.1);
        await Assert.ThrowsAsync<TimeoutException>(() => instance.Watch.MergeAsync(Stop));
        _time.Advance(TimeSpan.FromDays(1));
        instance.Score(head, count: 40, probability: 0.1);
        await Assert.ThrowsAsync<TimeoutException>(() => instance.Watch.MergeAsync(Stop));

        away = false;
        await instance.Watch.MergeAsync(Stop);

        IReadOnlyList<Traffic> traffic = await NewBlobs().ReadAsync(new DateOnly(2026, 3, 2), Stop);
        Assert.Equal([(1, 30), (2, 40)], traffic.Select(day => (day.Day.Day, day.Counts.Total())));
    }

    [Fact]
    public async Task OldDaysAreDeletedAndADamagedBlobHidesNoOther()
    {
        await new StorageContainers(_storage.Client).EnsureAsync(Stop);
        Dictionary<string, ScoreCounts> counts = new() { ["v"] = Validation };
        DateOnly today = new(2026, 3, 31);
        await NewBlobs().WriteAsync(today.AddDays(-30), "old", counts, Stop);
        await NewBlobs().WriteAsync(today.AddDays(-29), "kept", counts, Stop);
        string[] damaged = ["{", """{"v":{"probability":[1],"novelty":[]}}""", "[]", """{"v":null}"""];
        foreach ((int number, string json) in damaged.Index())
        {
            await _storage["models"].GetBlobClient($"traffic/20260330/{number}.json").UploadAsync(BinaryData.FromString(json), Stop);
        }

        await _storage["models"].GetBlobClient("traffic/notes.txt").UploadAsync(BinaryData.FromString("mine"), Stop);

        Traffic read = Assert.Single(await NewBlobs().ReadAsync(today, Stop));

        Assert.Equal((today.AddDays(-29), 1000), (read.Day, read.Counts.Total()));
        Assert.DoesNotContain(await BlobsAsync(), name => name.EndsWith("old.json", StringComparison.Ordinal));
        Assert.Contains("traffic/notes.txt", await BlobsAsync());
    }

    [Fact]
    public void ThePartingBeginsWithTheFirstWindowOfAnUnbrokenRun()
    {
        ScoreCounts alike = Validation;
        ScoreCounts apart = Validation with { Probability = [.. Validation.Probability.Reverse()] };
        ScoreCounts few = ScoreCounts.Of(Enumerable.Repeat(0.95, 120), []);

        Assert.Null(TrafficHealth.Of(Validation, []));
        Assert.Equal(3, Since((1, apart), (2, alike), (3, apart), (4, apart)));
        Assert.Null(Since((1, apart), (2, alike)));
        Assert.Equal(2, Since((1, alike), (2, few), (3, few))); // two days make one window
        Assert.Null(Since((1, alike), (2, few))); // too few to say, so the last word stands

        static int? Since(params (int Day, ScoreCounts Counts)[] days) => TrafficHealth.Of(
            Validation, days.Select(day => (new DateOnly(2026, 3, day.Day), day.Counts)))!.PartedSince?.Day;
    }

    [Fact]
    public void NoveltyPartsTooWhereBothHaveIt()
    {
        ScoreCounts validation = Validation with { Novelty = [.. Enumerable.Repeat(100L, 10)] };
        ScoreCounts far = Validation with { Novelty = [0, 0, 0, 0, 0, 0, 0, 0, 0, 1000] };

        TrafficHealth health = TrafficHealth.Of(validation, [(new DateOnly(2026, 3, 1), far)])!;

        Assert.Equal(0, health.ProbabilityStabilityIndex);
        Assert.True(health.NoveltyStabilityIndex > 0.25);
        Assert.NotNull(health.PartedSince);
        Assert.Null(TrafficHealth.Of(Validation, [(new DateOnly(2026, 3, 1), far)])!.NoveltyStabilityIndex);
    }

    [Fact]
    public async Task HealthSaysSinceWhenTrafficIsOfAnotherKindAndTheHostWritesItsCountsWhenItStops()
    {
        HeadDirectory head = await PublishAsync();
        DateOnly today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        await NewBlobs().WriteAsync(
            today.AddDays(-1), "another", new Dictionary<string, ScoreCounts>
            {
                [head.Manifest.Version] = Validation with { Probability = [.. Validation.Probability.Reverse()] },
            }, Stop);
        await using (ServingHost host = await ServingHost.StartAsync(_storage.ConnectionString))
        {
            await Eventually.TrueAsync(() => host.Service<CurrentModel>().Served is not null, "the model serves");
            await ServingHost.JsonAsync(await host.ScoreAsync(SomePhoto.Jpeg()));
            await ServingHost.JsonAsync(await host.ScoreAsync(SomePhoto.Jpeg(), "?head=summed"));
            await host.Service<TrafficWatch>().MergeAsync(Stop);

            JsonElement health = await ServingHost.JsonAsync(await host.Client.GetAsync("/api/health", Stop));

            OpenApiSchema.AssertValid("Health", health);
            Assert.Equal("degraded", health.GetProperty("status").GetString());
            Assert.Equal(
                $"{today.AddDays(-1):yyyy-MM-dd}", health.GetProperty("traffic").GetProperty("partedSince").GetString());
            Assert.Contains("what is scored differs", health.GetProperty("reasons")[0].GetString());
            await ServingHost.JsonAsync(await host.ScoreAsync(SomePhoto.Jpeg()));
        }

        IReadOnlyList<Traffic> traffic = await NewBlobs().ReadAsync(today, Stop);
        Assert.Equal(2, traffic.Where(one => one.Counts.Total() < 100).Sum(one => one.Counts.Total())); // the learned head's alone
    }

    private async Task<HeadDirectory> PublishAsync()
    {
        HeadDirectory head = SomeHead.Of(1, change: manifest => manifest with { Validation = Validation });
        StorageContainers containers = new(_storage.Client);
        await containers.EnsureAsync(Stop);
        ModelRegistry registry = new(containers, TimeProvider.System);
        await registry.Versions.WriteAsync(head, "test", Stop);
        await registry.PublishAsync(head.Manifest.Version, expected: null, TestBackbone.Spec, Pipeline.Resize, Stop);
        return head;
    }

    private async Task<Instance> StartAsync(Func<TrafficBlobs>? blobs = null)
    {
        ClassifierOptions options = new() { Backbone = TestBackbone.Id, BackboneFolder = TestBackbone.Folder };
        ModelRegistry registry = new(new StorageContainers(_storage.Client), TimeProvider.System);
        CurrentModel model = new(
            options, () => registry, new BackboneCatalogue(TestBackbone.Folder), TimeProvider.System, NullLogger<CurrentModel>.Instance);
        await model.PollAsync(Stop);
        TrafficBlobs own = NewBlobs();
        TrafficCounter counter = new();
        return new Instance(
            model, counter, new TrafficWatch(counter, blobs ?? (() => own), model, _time, NullLogger<TrafficWatch>.Instance));
    }

    private TrafficBlobs NewBlobs() => new(new StorageContainers(_storage.Client), NullLogger<TrafficBlobs>.Instance);

    private async Task<List<string>> BlobsAsync()
    {
        List<string> names = [];
        await foreach (BlobItem blob in _storage["models"].GetBlobsAsync(new GetBlobsOptions { Prefix = "traffic/" }, Stop))
        {
            names.Add(blob.Name);
        }

        return names;
    }

    private sealed record Instance(CurrentModel Model, TrafficCounter Counter, TrafficWatch Watch) : IDisposable
    {
        public void Score(HeadDirectory head, int count, double probability)
        {
            for (int i = 0; i < count; i++)
            {
                Counter.Count(head.Manifest.Version, probability, novelty: null);
            }
        }

        public void Dispose() => Model.Dispose();
    }
}
