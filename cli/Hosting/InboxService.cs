using System.Collections.Concurrent;
using Azure.Storage.Blobs.Models;
using ClockFunctions.Core.Serving;
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

    // Listing takes at most this share of the time, however many blobs there are.
    private const int PauseOverListing = 10;

    private readonly ConcurrentDictionary<string, string> scored = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await storage.Ready.WaitAsync(stoppingToken);
        bool started = false;
        while (true)
        {
            long start = time.GetTimestamp();
            try
            {
                if (!started)
                {
                    await ReadScoresAsync(stoppingToken);
                    started = true;
                }

                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (e is OutOfMemoryException || StorageFailure.Is(e, stoppingToken))
            {
                logger.LogWarning("The inbox could not be scored, it is looked at again soon: {Reason}", StorageFailure.Reason(e));
            }

            TimeSpan pause = PauseOverListing * time.GetElapsedTime(start);
            await Task.Delay(pause > ShortestPause ? pause : ShortestPause, time, stoppingToken);
        }
    }

    /// <summary>What was scored before this process started: one listing instead of two requests an image.</summary>
    private async Task ReadScoresAsync(CancellationToken cancellation)
    {
        GetBlobsOptions options = new() { Traits = BlobTraits.Metadata };
        await foreach (BlobItem score in containers().Scores.GetBlobsAsync(options, cancellation))
        {
            if (score.Metadata.TryGetValue(InboxScorer.ImageVersion, out string? version))
            {
                scored[score.Name[..^InboxScorer.ScoreSuffix.Length]] = version;
            }
        }
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        List<(string Name, string Version)> fresh = [];
        await foreach (BlobItem image in containers().Inbox.GetBlobsAsync(cancellationToken: cancellation))
        {
            string version = image.Properties.ETag!.Value.ToString("G").Trim('"');
            if (!scored.TryGetValue(image.Name, out string? known) || known != version)
            {
                fresh.Add((image.Name, version));
            }
        }

        ParallelOptions parallel = new() { MaxDegreeOfParallelism = 2 * gate.Concurrency, CancellationToken = cancellation };
        await Parallel.ForEachAsync(fresh, parallel, async (image, stop) =>
        {
            await scorer().ScoreAsync(image.Name, stop);
            scored[image.Name] = image.Version;
        });
        if (fresh.Count > 0)
        {
            logger.LogInformation("Scored {Count} images of the inbox", fresh.Count);
        }
    }
}
