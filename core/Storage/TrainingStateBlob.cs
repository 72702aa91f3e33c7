using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace ClockFunctions.Core.Storage;

/// <summary>The blob <c>training.state</c> in container <c>models</c>: the dirty marker.</summary>
/// <remarks>
/// Marking is unconditional and makes a new ETag. Clearing is conditional on the ETag that was read before the
/// dataset was listed: a change that came after that makes it fail, so no change is ever lost.
/// </remarks>
public sealed class TrainingStateBlob(StorageContainers containers, TimeProvider time)
{
    private readonly BlobClient _blob = containers.Models.GetBlobClient("training.state");

    /// <summary>The state, and its ETag for <see cref="TryClearAsync"/>; an empty state and null when nothing ever happened.</summary>
    public async Task<(TrainingState State, ETag? ETag)> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            BlobDownloadResult content = await _blob.DownloadContentAsync(cancellation);
            return (Parse(content.Content), content.Details.ETag);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return (new TrainingState(), null);
        }
    }

    /// <summary>Notes that the dataset may have changed. Call it after the change is in the container.</summary>
    public async Task MarkDirtyAsync(CancellationToken cancellation)
    {
        (TrainingState state, _) = await ReadAsync(cancellation);
        DateTimeOffset now = time.GetUtcNow();
        // Two writers at once may each take the other's place; either way the dataset is dirty and the ETag is new.
        await _blob.UploadAsync(Json(state with { DirtySince = state.DirtySince ?? now, Changed = now }), overwrite: true, cancellation);
    }

    /// <summary>Replaces the state unless it changed since it was read.</summary>
    /// <param name="state">What was found.</param>
    /// <param name="read">ETag from before the dataset was listed.</param>
    /// <param name="writer">Who writes, for the record: kept as metadata <c>writer</c>.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>False when it changed meanwhile: look again.</returns>
    public async Task<bool> TryClearAsync(TrainingState state, ETag? read, string writer, CancellationToken cancellation)
    {
        BlobUploadOptions options = new()
        {
            Conditions = read is null ? new BlobRequestConditions { IfNoneMatch = ETag.All } : new BlobRequestConditions { IfMatch = read },
            Metadata = new Dictionary<string, string> { ["writer"] = writer },
        };
        try
        {
            await _blob.UploadAsync(Json(state), options, cancellation);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return false;
        }
    }

    private static BinaryData Json(TrainingState state) => new(JsonSerializer.SerializeToUtf8Bytes(state, Core.Json.Indented));

    /// <summary>A damaged marker says nothing, and nothing may be lost: it counts as dirty.</summary>
    private static TrainingState Parse(BinaryData json)
    {
        try
        {
            return json.ToObjectFromJson<TrainingState>(Core.Json.Compact) ?? Unknown;
        }
        catch (JsonException)
        {
            return Unknown;
        }
    }

    private static TrainingState Unknown => new() { DirtySince = DateTimeOffset.UnixEpoch, Changed = DateTimeOffset.UnixEpoch };
}
