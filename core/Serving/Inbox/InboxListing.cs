using System.Runtime.CompilerServices;
using Azure.Storage.Blobs.Models;
using ClockFunctions.Core.Storage;

namespace ClockFunctions.Core.Serving.Inbox;

/// <summary>What lies in the inbox, and what was scored of it, by one listing each: 5,000 blobs a request.</summary>
/// <remarks>A version is an image's ETag without quotes, as <see cref="InboxScorer.ImageVersion"/> notes it with a score.</remarks>
public static class InboxListing
{
    /// <summary>
    /// The images of the inbox. One whose name cannot be asked for, or whose score's could not, is passed over and counted:
    /// see <see cref="BlobName"/>.
    /// </summary>
    /// <param name="containers">The storage.</param>
    /// <param name="misnamed">Told at the end how many were passed over.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async IAsyncEnumerable<(string Name, string Version)> ImagesAsync(
        StorageContainers containers, Action<int> misnamed, [EnumeratorCancellation] CancellationToken cancellation)
    {
        int passed = 0;
        await foreach (BlobItem image in containers.Inbox.GetBlobsAsync(cancellationToken: cancellation))
        {
            if (BlobName.Problem(image.Name) is null && BlobName.Problem(image.Name + InboxScorer.ScoreSuffix) is null)
            {
                yield return (image.Name, image.Properties.ETag!.Value.ToString("G").Trim('"'));
            }
            else
            {
                passed++;
            }
        }

        misnamed(passed);
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
