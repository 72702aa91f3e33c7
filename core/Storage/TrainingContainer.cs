using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace ClockFunctions.Core.Storage;

/// <summary>Container <c>training</c>, <c>{label}/{name}</c>: the only source of truth about the training data.</summary>
public sealed class TrainingContainer(StorageContainers containers)
{
    private readonly BlobContainerClient _training = containers.Training;

    /// <summary>Every blob, in name order: one request for 5,000 of them and none for each. Empty when there is no container.</summary>
    public async Task<IReadOnlyList<TrainingBlob>> ListAsync(CancellationToken cancellation)
    {
        List<TrainingBlob> blobs = [];
        try
        {
            await foreach (BlobItem blob in _training.GetBlobsAsync(cancellationToken: cancellation))
            {
                BlobItemProperties properties = blob.Properties;
                blobs.Add(new TrainingBlob(blob.Name, properties.ETag!.Value, properties.ContentLength ?? 0, properties.ContentHash));
            }
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            return [];
        }

        return blobs;
    }

    /// <summary>One blob as a listing would show it; null when there is none of that name, or when it must not be looked at.</summary>
    public async Task<TrainingBlob?> FindAsync(string name, CancellationToken cancellation)
    {
        try
        {
            BlobProperties properties = await _training.GetBlobClient(name).GetPropertiesAsync(cancellationToken: cancellation);
            return new TrainingBlob(name, properties.ETag, properties.ContentLength, properties.ContentHash);
        }
        catch (RequestFailedException e) when (e.Status == 404 || UnreadableBlobException.Is(e))
        {
            return null;
        }
    }

    /// <summary>The content of exactly this version of a blob; null when it was deleted or replaced meanwhile.</summary>
    /// <exception cref="UnreadableBlobException">The storage does not give this one blob out; others may well be readable.</exception>
    public async Task<BinaryData?> ReadAsync(TrainingBlob blob, CancellationToken cancellation)
    {
        try
        {
            BlobDownloadOptions options = new() { Conditions = new BlobRequestConditions { IfMatch = blob.ETag } };
            BlobDownloadResult content = await _training.GetBlobClient(blob.Name).DownloadContentAsync(options, cancellation);
            return content.Content;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            return null;
        }
        catch (RequestFailedException e) when (UnreadableBlobException.Is(e))
        {
            throw new UnreadableBlobException(blob.Name, e);
        }
    }

    /// <summary>Deletes exactly this version of a blob. The caller marks the dataset dirty.</summary>
    /// <returns>False when it was deleted or replaced meanwhile.</returns>
    public async Task<bool> DeleteAsync(TrainingBlob blob, CancellationToken cancellation)
    {
        try
        {
            await _training.GetBlobClient(blob.Name).DeleteAsync(
                conditions: new BlobRequestConditions { IfMatch = blob.ETag }, cancellationToken: cancellation);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            return false;
        }
    }

    /// <summary>Adds an image, or replaces the one of that name. The caller marks the dataset dirty.</summary>
    /// <param name="name"><c>{label}/{name}</c>.</param>
    /// <param name="content">The encoded image.</param>
    /// <param name="contentType">Its media type; null for an unknown one.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<TrainingBlob> AddAsync(string name, BinaryData content, string? contentType, CancellationToken cancellation)
    {
        byte[] hash = TrainingBlob.Md5(content);
        BlobUploadOptions options = new()
        {
            // Sent by us, so that every storage keeps the hash with the blob and shows it in listings, where a later push compares it.
            HttpHeaders = new BlobHttpHeaders { ContentType = contentType, ContentHash = hash },
            TransferOptions = StorageContainers.InOneRequest(content.ToMemory().Length),
        };
        BlobContentInfo written = await _training.GetBlobClient(name).UploadAsync(content, options, cancellation);
        return new TrainingBlob(name, written.ETag, content.ToMemory().Length, hash);
    }
}
