using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using ClockFunctions.Core.Heads;

namespace ClockFunctions.Core.Storage;

/// <summary>The blob <c>heads/current.json</c>, which names the version that scorers serve.</summary>
/// <remarks>
/// It is replaced only by a conditional write: of two who replace the same pointer, one succeeds. Safe for concurrent use.
/// </remarks>
public sealed class CurrentPointer(StorageContainers containers)
{
    private const string Name = HeadVersions.Prefix + "current.json";

    private readonly BlobClient _blob = containers.Models.GetBlobClient(Name);

    /// <summary>Asks which version is current.</summary>
    /// <param name="known">The ETag of the last answer: an unchanged pointer then costs one small request.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The answer; a pointer that cannot be read is an answer too, see <see cref="CurrentHead.Damage"/>.</returns>
    public async Task<CurrentHead> ReadAsync(ETag? known, CancellationToken cancellation)
    {
        try
        {
            BlobDownloadOptions options = new() { Conditions = new BlobRequestConditions { IfNoneMatch = known } };
            Response<BlobDownloadResult> blob = await _blob.DownloadContentAsync(options, cancellation);
            return blob.GetRawResponse().Status == 304 // not modified: no content, and no exception either
                ? new CurrentHead(false, null, null)
                : Read(blob.Value);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return new CurrentHead(known is not null, null, null);
        }
    }

    /// <summary>Replaces the pointer, if it is still the one that the caller has read.</summary>
    /// <param name="replacement">The new one.</param>
    /// <param name="expected">ETag of the one that is to be replaced; null when there must be none.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The new pointer with its ETag; null when somebody else was faster.</returns>
    public async Task<CurrentHead?> TryReplaceAsync(HeadPointer replacement, ETag? expected, CancellationToken cancellation)
    {
        BlobUploadOptions options = new()
        {
            Conditions = expected is null
                ? new BlobRequestConditions { IfNoneMatch = ETag.All }
                : new BlobRequestConditions { IfMatch = expected },
            HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" },
        };
        try
        {
            BinaryData json = new(JsonSerializer.SerializeToUtf8Bytes(replacement, Json.Indented));
            BlobContentInfo written = await _blob.UploadAsync(json, options, cancellation);
            return new CurrentHead(true, replacement, written.ETag);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            // The client library repeats a request whose answer was lost: the winner may be ourselves.
            CurrentHead now = await ReadAsync(known: null, cancellation);
            return now.Head == replacement ? now : null;
        }
    }

    private static CurrentHead Read(BlobDownloadResult blob)
    {
        ETag etag = blob.Details.ETag;
        try
        {
            return blob.Content.ToObjectFromJson<HeadPointer>(Json.Compact) is { } pointer && VersionId.IsValid(pointer.Version)
                ? new CurrentHead(true, pointer, etag)
                : new CurrentHead(true, null, etag, $"{Name} names no version.");
        }
        catch (JsonException e)
        {
            return new CurrentHead(true, null, etag, $"{Name} is damaged: {e.Message}");
        }
    }
}
