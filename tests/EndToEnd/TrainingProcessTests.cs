using System.Diagnostics;
using Azure;
using Azure.Storage.Blobs.Models;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Storage;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.EndToEnd;

/// <summary>The real host in processes of its own, killed and doubled.</summary>
public sealed class TrainingProcessTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const int Kills = 20;

    /// <summary>A slow machine may take long; a broken coordinator takes for ever.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private TestStorage _storage = null!;
    private TrainingImages _images = null!;
    private TrainingHost _observer = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _storage = await azurite.NewStorageAsync();
        await new StorageContainers(_storage.Client).EnsureAsync(Stop);
        _images = new TrainingImages(_storage);
        _observer = new TrainingHost(_storage);
        await _images.AddAsync(from: 0, pairs: 20, Stop);
    }

    public ValueTask DisposeAsync() => _observer.DisposeAsync();

    [Fact]
    public async Task KilledAtAnyInstantItLeavesAValidModelAndCatchesUpAfterARestart()
    {
        Random random = new(1);
        TimeSpan life = await TimeToPublishAsync();
        using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task<int> scorer = Task.Run(() => ScoreForEverAsync(done.Token), Stop);
        int whileTraining = 0;
        int atOtherTimes = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            await ChangeAsync(random, kill);
            ServeProcess process = ServeProcess.Start(_storage);
            await Task.Delay(life * (0.3 + random.NextDouble()), Stop);
            await ChangeAsync(random, kill + 1000);
            await Task.Delay(life * (0.3 * random.NextDouble()), Stop);
            await process.KillAsync();
            _ = await IsLeasedAsync() ? whileTraining++ : atOtherTimes++;
            await process.DisposeAsync();
        }

        await using ServeProcess restarted = ServeProcess.Start(_storage);
        await WaitForPublishedAsync();
        await done.CancelAsync();
        Assert.True(await scorer > 0, "The scorer never looked.");
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"a look takes {life.TotalSeconds:0.0} s from the start of the process; killed {whileTraining} times with the lease held, " +
            $"{atOtherTimes} times without; {await scorer} looks by the scorer");
        Assert.True(whileTraining >= Kills / 10, $"Only {whileTraining} kills met a training: the test does not test what it says.");
    }

    [Fact]
    public async Task TwoProcessesNeverTrainAtOnce()
    {
        await using ServeProcess first = ServeProcess.Start(_storage);
        await using ServeProcess second = ServeProcess.Start(_storage);
        await WaitForPublishedAsync();
        for (int burst = 0; burst < 4; burst++)
        {
            await _images.AddAsync(from: 100 + (10 * burst), pairs: 2, Stop);
            await WaitForPublishedAsync();
        }

        // What was published was logged a moment later.
        await WaitAsync(() => Task.FromResult(first.Looks.Concat(second.Looks).Count(look => look.Outcome == "Published") >= 5));
        TrainingLook[] looks = [.. first.Looks.Concat(second.Looks).OrderBy(look => look.Started)];
        Assert.All(looks.Zip(looks.Skip(1)), pair => Assert.True(
            pair.First.Ended <= pair.Second.Started, $"{pair.First} and {pair.Second} overlap."));
        Assert.Empty(first.Looks.Select(look => look.Lease).Intersect(second.Looks.Select(look => look.Lease)));
    }

    /// <summary>A scorer of another instance: from the first published model on there must always be one, and it must load.</summary>
    private async Task<int> ScoreForEverAsync(CancellationToken cancellation)
    {
        int looks = 0;
        try
        {
            for (; !cancellation.IsCancellationRequested; looks++)
            {
                HeadPointer? pointer = (await _observer.Registry.Current.ReadAsync(known: null, cancellation)).Head;
                Assert.NotNull(pointer);
                // A registry of its own each time, so that nothing is remembered.
                (LearnedHead head, _) = await new HeadVersions(new StorageContainers(_storage.Client)).ReadHeadAsync(
                    pointer.Version, cancellation);
                Assert.InRange(head.Probability(new float[head.FeatureWidth], []), 0, 1);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The test is over.
        }

        return looks;
    }

    /// <summary>How long a fresh process takes to publish its first model here and now.</summary>
    private async Task<TimeSpan> TimeToPublishAsync()
    {
        long start = Stopwatch.GetTimestamp();
        await using ServeProcess process = ServeProcess.Start(_storage);
        await WaitForPublishedAsync();
        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Adds an image, and sometimes removes, moves or replaces one.</summary>
    private async Task ChangeAsync(Random random, int number)
    {
        string label = random.Next(2) == 0 ? "clock" : "other";
        await _images.PutAsync($"{label}/new{number}.jpg", DrawnImage.Of(label, 2000 + number), Stop);
        string some = _images.Images.Keys.Order(StringComparer.Ordinal).ElementAt(random.Next(_images.Images.Count));
        switch (random.Next(4))
        {
            case 0:
                await _images.DeleteAsync(some, Stop);
                break;
            case 1:
                await _images.MoveAsync(some, $"{some[..5]}/moved{number}.jpg", Stop);
                break;
            case 2:
                await _images.PutAsync(some, DrawnImage.Of(some[..5], 3000 + number), Stop);
                break;
        }
    }

    private async Task<bool> IsLeasedAsync()
    {
        try
        {
            BlobProperties properties = await _storage["models"].GetBlobClient("training.lock").GetPropertiesAsync(cancellationToken: Stop);
            return properties.LeaseState == LeaseState.Leased;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return false;
        }
    }

    private Task WaitForPublishedAsync() => WaitAsync(async () => await _observer.PublishedFingerprintAsync(Stop) == _images.Fingerprint);

    private static async Task WaitAsync(Func<Task<bool>> condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, "It did not happen in time.");
            await Task.Delay(50, Stop);
        }
    }
}
