using Azure;
using ClockFunctions.Core.Storage;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Core.Serving.Inbox;

/// <summary>
/// Scores what lies in the inbox without a score: its event never came, or was given up on. Idempotent, and open to any number of
/// instances, beside the events themselves.
/// </summary>
public sealed class InboxSweep(StorageContainers containers, Func<InboxScorer> scorer, ScoringGate gate, ILogger<InboxSweep> logger)
{
    /// <summary>Most images of one call, some seconds' work; the next call goes on.</summary>
    public const int MostImages = 500;

    /// <summary>Looks once. An empty inbox costs one request; else both containers are listed, 5,000 blobs a request.</summary>
    /// <returns>How many images were scored; those that could not be are tried again by the next call.</returns>
    /// <exception cref="RequestFailedException">The storage failed: try again.</exception>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        Dictionary<string, string> waiting = [];
        await foreach ((string name, string version) in InboxListing.ImagesAsync(containers, TellMisnamed, cancellation))
        {
            waiting[name] = version;
        }

        if (waiting.Count == 0 || await scorer().WaitsForTrainingAsync(cancellation))
        {
            return 0;
        }

        await foreach ((string name, string scored) in InboxListing.ScoredAsync(containers, cancellation))
        {
            if (waiting.TryGetValue(name, out string? version) && version == scored)
            {
                waiting.Remove(name);
            }
        }

        string[] unscored = [.. waiting.Keys.Take(MostImages)];
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = 2 * gate.Concurrency, CancellationToken = cancellation };
        await Parallel.ForEachAsync(unscored, parallel, async (name, stop) => await scorer().ScoreAsync(name, stop));
        if (unscored.Length > 0)
        {
            logger.LogWarning(
                "Scored {Count} images of the inbox whose events led to no score; {Rest} are left",
                unscored.Length, waiting.Count - unscored.Length);
        }

        return unscored.Length;
    }

    private void TellMisnamed(int images)
    {
        if (images > 0)
        {
            logger.LogWarning("{Count} images of the inbox have names that cannot be used, and are not scored", images);
        }
    }
}
