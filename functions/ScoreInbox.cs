using Azure.Storage.Blobs;
using ClockFunctions.Core.Serving.Inbox;
using ClockFunctions.Core.Storage;
using Microsoft.Azure.Functions.Worker;

namespace ClockFunctions;

/// <summary>An image landed in the inbox: its score goes into container <c>scores</c>.</summary>
/// <remarks>Whatever is thrown is the storage's: the host tries again, five times. An unusable image throws nothing.</remarks>
public sealed class ScoreInbox(InboxScorer inbox)
{
    [Function(nameof(ScoreInbox))]
    public Task RunAsync(
        [BlobTrigger(
            StorageContainers.InboxName + "/{name}", Source = BlobEvents.Source,
            Connection = StorageConnection.DefaultName)] BlobClient image,
        CancellationToken cancellation) => inbox.ScoreAsync(image.Name, cancellation);
}
