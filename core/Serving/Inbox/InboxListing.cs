using System.Runtime.CompilerServices;
using Azure.Storage.Blobs.Models;
using ClockFunctions.Core.Storage;

namespace ClockFunctions.Core.Serving.Inbox;

/// <summary>What lies in the inbox, and what was scored of it, by one listing each: 5,000 blobs a request.</summary>
/// <remarks>A version is an image's ETag without quotes, as <see cref="InboxScorer.ImageVersion"/> notes it with a score.</remarks>
public static class InboxListing
{
    /// <summary>The images of the inbox.</summary>
    public static async IAsyncEnumerable<(string Name, string Version)> ImagesAsync(
        StorageContainers containers, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (BlobItem image in containers.Inbox.GetBlobsAsync(cancellationToken: cancellation))
        {
            yield return (image.Name, image.Properties.ETag!.Value.ToString("G").Trim('"'));
        }
    }

    /// <summary>
    /// The images that have a score, with the version that it is of. What somebody else put there has another name or no version.
    /// </summary>
    public static async IAsyncEnumerable<(string Name, string Version)> ScoredAsync(
        StorageContainers containers, [EnumeratorCancellation] CancellationToken cancellation)
    {
        GetBlobsOptions withVersion = new() { Traits = BlobTraits.Metadata };
        await foreach (BlobItem score in containers.Scores.GetBlobsAsync(withVersion, cancellation))
        {
            if (score.Name.EndsWith(InboxScorer.ScoreSuffix, StringComparison.Ordinal)
                && score.Metadata.TryGetValue(InboxScorer.ImageVersion, out string? version))
            {
                yield return (score.Name[..^InboxScorer.ScoreSuffix.Length], version);
            }
        }
    }
}
