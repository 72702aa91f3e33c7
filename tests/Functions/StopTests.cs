using System.Globalization;
using ClockFunctions.StandIn;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Functions;

/// <summary>The end of a worker in the middle of its work, asked for or not.</summary>
[Collection(DrivenApp.Turns)]
public class StopTests(AzuriteFixture azurite, ITestOutputHelper output)
{
    private const int AtATime = 4;
    private const int TrainedPairs = 8;

    private int _photos;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AWorkerThatIsToldToEndEndsInOrderAtAnyMomentOfItsWork()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGTERM.");
        TestStorage storage = await azurite.NewAppStorageAsync();
        TrainingImages images = new(storage);
        // Thoroughly, 25 times from 0 to 12 s into its work rather than four times within 2 s.
        double[] moments = Thorough.IsAsked ? [.. Enumerable.Range(0, 25).Select(i => i / 2.0)] : [0, 0.4, 1.0, 2.0];
        List<TimeSpan> took = [];
        for (int i = 0; i < moments.Length; i++)
        {
            await using DrivenApp app = await DrivenApp.StartAsync(storage.ConnectionString, Shipped);
            took.Add(await StopAsync(app, images, TimeSpan.FromSeconds(moments[i]), bySignal: i % 2 == 0));
        }

        // The host waits no longer. The middle one, as a busy machine may be late once.
        Assert.True(took.Order().ElementAt(took.Count / 2) < FunctionsWorker.GracePeriod, string.Join(", ", took));

        // Whatever was cut short is made up for.
        await using DrivenApp last = await DrivenApp.StartAsync(storage.ConnectionString, Shipped);
        await last.TimeAsync();
        Assert.Equal(images.Fingerprint, await storage.PublishedFingerprintAsync());
    }

    [Theory]
    [InlineData("PUT ./features/.*safetensors", 2 * TrainedPairs)] // no feature is stored
    [InlineData("PUT ./heads/.*/head.safetensors", 0)] // all are, and the head is fitted
    [InlineData("PUT ./heads/.*/head.json", 0)] // the version lacks its manifest
    [InlineData("PUT ./heads/current.json", 0)] // it is complete, and not published
    public async Task AWorkerThatIsKilledLeavesWhatItFinishedToTheNext(string stage, int computedAgain)
    {
        TestStorage storage = await azurite.NewAppStorageAsync();
        TrainingImages images = new(storage);
        await images.AddAsync(0, TrainedPairs, Cancellation);
        System.Text.RegularExpressions.Regex held = new($"^{stage.Replace("./", "/[^/]+/models/", StringComparison.Ordinal)}$");
        await using FickleStorage proxy = await FickleStorage.StartAsync(storage);
        proxy.Spoil(request => held.IsMatch($"{request.Method} {request.Path}") ? StorageFault.Hang : StorageFault.None);
        await using (DrivenApp killed = await DrivenApp.StartAsync(proxy.Storage.ConnectionString))
        {
            Task<Invocation> training = killed.Worker.TimerAsync(Cancellation);
            await proxy.Held.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
            await killed.Worker.Process.KillAsync();
            Assert.False((await training).Succeeded);
        }

        Assert.Null(await storage.PublishedFingerprintAsync());
        await using DrivenApp next = await DrivenApp.StartAsync(storage.ConnectionString);
        // A lease outlives its holder by seconds, if that was on another machine; here it is known to be dead.
        await next.TimeAsync();

        Assert.Equal(images.Fingerprint, await storage.PublishedFingerprintAsync());
        Assert.Equal(computedAgain, next.Worker.Logs.Sum(Computed));
        Assert.Single(await storage.VersionsAsync()); // a complete version is published, not made again
    }

    /// <summary>The shipped backbone, which has real work to do, and a quiet period that lets a training begin soon.</summary>
    private static (string, string)[] Shipped =>
    [
        ("Classifier__Backbone", "clocknet-s"),
        ("Classifier__Training__QuietPeriod", "00:00:00.2"),
        ("Classifier__Training__MaxWait", "00:00:00.5"),
    ];

    /// <summary>Lets photos land and scores be asked for until a moment, tells the worker to end, and waits for it.</summary>
    /// <returns>How long it took to end.</returns>
    private async Task<TimeSpan> StopAsync(DrivenApp app, TrainingImages images, TimeSpan after, bool bySignal)
    {
        FunctionsWorker worker = app.Worker;
        using CancellationTokenSource over = new();
        Task<int[]> events = Task.WhenAll(Enumerable.Range(0, AtATime).Select(_ => IngestAsync(worker, images)));
        Task<int> scores = ScoreAsync(app, over.Token);
        await Task.Delay(after, Cancellation);

        long asked = TimeProvider.System.GetTimestamp();
        await (bySignal ? worker.Process.TerminateAsync() : Task.Run(worker.AskToEnd));
        int exitCode = await worker.Process.ExitAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        TimeSpan took = TimeProvider.System.GetElapsedTime(asked);
        await over.CancelAsync();

        // Answered or failed, none left hanging.
        int[] handled = await events.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        int scored = await scores.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{(bySignal ? "SIGTERM" : "WorkerTerminate")} after {after.TotalSeconds:0.0} s, {handled.Sum()} events and {scored} scores: ")
            + string.Create(CultureInfo.InvariantCulture, $"ended with {exitCode} after {took.TotalSeconds:0.00} s"));
        Assert.True(
            exitCode == 0, $"{exitCode}: {string.Join('\n', [.. worker.Process.Output, .. worker.Logs.Select(log => log.Message)])}");
        return took;
    }

    /// <summary>One photo after the other lands and is reported, until the worker has gone.</summary>
    private async Task<int> IngestAsync(FunctionsWorker worker, TrainingImages images)
    {
        for (int handled = 0; ; handled++)
        {
            int number = Interlocked.Increment(ref _photos);
            string name = $"{(number % 2 == 0 ? "clock" : "other")}/{number:00000}.jpg";
            await images.PutAsync(name, number % 2 == 0 ? DrawnImage.Clock(number) : DrawnImage.Other(number), Cancellation);
            if (!(await worker.BlobAsync("training", name, Cancellation)).Succeeded)
            {
                return handled;
            }
        }
    }

    private static async Task<int> ScoreAsync(DrivenApp app, CancellationToken over)
    {
        int scored = 0;
        while (!over.IsCancellationRequested)
        {
            try
            {
                using HttpAnswer answer = await app.SendAsync(HttpMethod.Post, "/api/score", DrawnImage.Clock(1));
                scored += answer.Response.IsSuccessStatusCode ? 1 : 0;
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException)
            {
                break;
            }
        }

        return scored;
    }

    /// <summary>Images whose features a worker says that it computed.</summary>
    private static int Computed(WorkerLog log) =>
        log.Message.StartsWith("Ingested ", StringComparison.Ordinal)
        ? int.Parse(log.Message.Split(' ')[1], CultureInfo.InvariantCulture) : 0;
}
