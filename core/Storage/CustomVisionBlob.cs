using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace ClockFunctions.Core.Storage;

/// <summary>Reads and changes <see cref="CustomVisionNames"/>. Every write is conditional: of two changes at once none is lost.</summary>
public sealed class CustomVisionBlob(StorageContainers containers)
{
    private const int MostAttempts = 10;

    private readonly BlobClient _blob = containers.Models.GetBlobClient("customvision.json");

    /// <summary>What is remembered; nothing before anything was. A damaged blob counts as nothing.</summary>
    public async Task<CustomVisionNames> ReadAsync(CancellationToken cancellation) => (await ReadWithTagAsync(cancellation)).Names;

    /// <summary>Changes it.</summary>
    /// <param name="change">Gives the new names for the old ones; called again when somebody else was faster.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RegistryConflictException">Others were faster ten times in a row.</exception>
    public async Task ChangeAsync(Func<CustomVisionNames, CustomVisionNames> change, CancellationToken cancellation)
    {
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            (CustomVisionNames names, ETag? tag) = await ReadWithTagAsync(cancellation);
            BlobUploadOptions options = new()
            {
                Conditions = tag is null
                    ? new BlobRequestConditions { IfNoneMatch = ETag.All } : new BlobRequestConditions { IfMatch = tag },
                HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" },
            };
            try
            {
                BinaryData json = new(JsonSerializer.SerializeToUtf8Bytes(change(names), Json.Indented));
                await _blob.UploadAsync(json, options, cancellation);
                return;
            }
            catch (RequestFailedException e) when (e.Status is 409 or 412)
            {
                // Somebody else has changed it meanwhile: look again.
            }
        }

        throw new RegistryConflictException("customvision.json is being changed by others.");
    }

    private async Task<(CustomVisionNames Names, ETag? Tag)> ReadWithTagAsync(CancellationToken cancellation)
    {
        try
        {
            BlobDownloadResult blob = await _blob.DownloadContentAsync(cancellation);
            return (Parse(blob.Content), blob.Details.ETag);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return (new CustomVisionNames(), null);
        }
    }

    private static CustomVisionNames Parse(BinaryData json)
    {
        try
        {
            return json.ToObjectFromJson<CustomVisionNames>(Json.Compact) ?? new CustomVisionNames();
        }
        catch (JsonException)
        {
            return new CustomVisionNames();
        }
    }
}
