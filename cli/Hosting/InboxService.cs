using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using ClockFunctions.Core.Hosting;
using ClockFunctions.Core.Serving;
using ClockFunctions.Core.Serving.Inbox;
using ClockFunctions.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Cli.Hosting;

/// <summary>Scores what lands in the inbox. Azurite raises no events, so the container is listed again and again.</summary>
public sealed class InboxService(
    StorageService storage, Func<StorageContainers> containers, Func<InboxScorer> scorer, ScoringGate gate, TimeProvider time,
    ILogger<InboxService> logger)
    : BackgroundService
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    // The pause is this many times as long as the look was, so that however many blobs there are, listing them takes a small share
    // of the time.
    private const int PauseOverListing = 10;

    private readonly ConcurrentDictionary<string, string> _scored = new();
    private int _misnamed;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await storage.Ready.WaitAsync(stoppingToken);
        HostLoop loop = new("Scoring the inbox", time, logger);
        await loop.SucceedAsync(ReadScoresAsync, stoppingToken);
        await loop.RepeatAsync(LookAsync, stoppingToken);
    }

    /// <summary>What was scored before this process started: one listing instead of two requests an image.</summary>
    private async Task ReadScoresAsync(CancellationToken cancellation)
    {
        await foreach ((string name, string version) in InboxListing.ScoredAsync(containers(), cancellation))
        {
            _scored[name] = version;
        }
    }

    private void TellMisnamed(int images)
    {
        if (images > _misnamed)
        {
            logger.LogWarning("{Count} images of the inbox have names that cannot be used, and are not scored", images);
        }

        _misnamed = images;
    }

    /// <summary>Scores what is new. An image that fails holds none of the others up, and is tried again by the next look.</summary>
    /// <returns>The pause before the next look.</returns>
    private async Task<TimeSpan> LookAsync(CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        ConcurrentQueue<Exception> failed = [];
        List<(string Name, string Version)> fresh = [];
        await foreach ((string name, string version) in InboxListing.ImagesAsync(containers(), TellMisnamed, cancellation))
        {
            if (!_scored.TryGetValue(name, out string? known) || known != version)
            {
                fresh.Add((name, version));
            }
        }

        if (fresh.Count > 0 && await scorer().WaitsForTrainingAsync(cancellation))
        {
            fresh.Clear(); // they stay new until something answers
        }

        ParallelOptions parallel = new() { MaxDegreeOfParallelism = 2 * gate.Concurrency, CancellationToken = cancellation };
        await Parallel.ForEachAsync(fresh, parallel, async (image, stop) =>
        {
            try
            {
                await scorer().ScoreAsync(image.Name, stop);
                _scored[image.Name] = image.Version;
            }
            catch (Exception e) when (StorageFailure.Is(e, stop))
            {
                failed.Enqueue(e);
            }
        });
        if (fresh.Count > failed.Count)
        {
            logger.LogInformation("Scored {Count} images of the inbox", fresh.Count - failed.Count);
        }

        if (failed.TryPeek(out Exception? first))
        {
            ExceptionDispatchInfo.Throw(first);
        }

        TimeSpan pause = PauseOverListing * time.GetElapsedTime(start);
        return pause > ShortestPause ? pause : ShortestPause;
    }
}
