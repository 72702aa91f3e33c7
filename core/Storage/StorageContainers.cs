using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;

namespace ClockFunctions.Core.Storage;

/// <summary>The five containers of a storage account that this program uses; their names are a contract.</summary>
public sealed class StorageContainers(BlobServiceClient storage)
{
    public const string TrainingName = "training";
    public const string InboxName = "inbox";
    public const string ScoresName = "scores";
    public const string QuarantineName = "quarantine";
    public const string ModelsName = "models";

    /// <summary>Labelled images, <c>{label}/{name}</c>: the only source of truth.</summary>
    public BlobContainerClient Training { get; } = storage.GetBlobContainerClient(TrainingName);

    /// <summary>Images to score in bulk, <c>{name}</c>.</summary>
    public BlobContainerClient Inbox { get; } = storage.GetBlobContainerClient(InboxName);

    /// <summary>
    /// The score of <c>inbox/{name}</c> is <c>{name}.json</c> here; in the inbox itself it would be taken for an image to score.
    /// </summary>
    public BlobContainerClient Scores { get; } = storage.GetBlobContainerClient(ScoresName);

    /// <summary>Copies of training blobs that are no usable image.</summary>
    public BlobContainerClient Quarantine { get; } = storage.GetBlobContainerClient(QuarantineName);

    /// <summary>Heads, the feature cache, the dirty marker and the lease.</summary>
    public BlobContainerClient Models { get; } = storage.GetBlobContainerClient(ModelsName);

    /// <summary>
    /// Has so many bytes written by one request, which costs half of what blocks and their list do. The client library means less than
    /// this size, not at most.
    /// </summary>
    internal static StorageTransferOptions InOneRequest(int bytes) => new() { InitialTransferSize = bytes + 1L };

    /// <summary>Creates what is missing. Idempotent.</summary>
    public Task EnsureAsync(CancellationToken cancellation) => Task.WhenAll(
        All.Select(c => c.CreateIfNotExistsAsync(cancellationToken: cancellation)));

    /// <summary>Names of the containers that the storage lacks: one small request each, at the same time.</summary>
    public async Task<IReadOnlyList<string>> FindMissingAsync(CancellationToken cancellation)
    {
        BlobContainerClient[] all = All;
        Response<bool>[] exist = await Task.WhenAll(all.Select(container => container.ExistsAsync(cancellation)));
        return [.. all.Zip(exist).Where(pair => !pair.Second).Select(pair => pair.First.Name)];
    }

    private BlobContainerClient[] All => [Training, Inbox, Scores, Quarantine, Models];
}
