using System.Text;
using Azure;
using Azure.Storage.Blobs.Models;

namespace ClockFunctions.Core.Storage;

/// <summary>
/// Container <c>quarantine</c>: copies of training blobs that are no usable image, with the reason as metadata.
/// </summary>
/// <remarks>
/// The blob itself stays where it was put; the feature cache remembers that this version of it is unusable, so it is
/// neither trained on nor tried again. To have it tried again, upload it anew (mended or not), or touch its metadata:
/// either makes a new version of it. The copy here is then out of date, and only ever informs.
/// </remarks>
public sealed class Quarantine(StorageContainers containers)
{
    /// <summary>Metadata is sent as HTTP headers, 8 kB of them in all.</summary>
    private const int LongestReason = 500;

    /// <summary>
    /// Copies this version of a training blob, inside the storage service. Idempotent; does nothing when the version is gone.
    /// </summary>
    public async Task AddAsync(TrainingBlob blob, string reason, CancellationToken cancellation)
    {
        Uri source = containers.Training.GetBlobClient(blob.Name).Uri;
        BlobCopyFromUriOptions options = new()
        {
            Metadata = new Dictionary<string, string> { ["reason"] = HeaderText(reason) },
            SourceConditions = new BlobRequestConditions { IfMatch = blob.ETag },
        };
        try
        {
            CopyFromUriOperation copy = await containers.Quarantine.GetBlobClient(blob.Name)
                .StartCopyFromUriAsync(source, options, cancellation);
            await copy.WaitForCompletionAsync(cancellation);
        }
        catch (RequestFailedException e) when (e.Status == 412 || (e.Status == 404 && e.ErrorCode != BlobErrorCode.ContainerNotFound))
        {
            // Deleted or replaced meanwhile: then there is nothing to keep.
        }
    }

    /// <summary>A header takes printable ASCII only.</summary>
    private static string HeaderText(string reason)
    {
        StringBuilder text = new(reason.Length);
        foreach (char c in reason.AsSpan(0, Math.Min(reason.Length, LongestReason)))
        {
            text.Append(c is >= ' ' and <= '~' ? c : '?');
        }

        return text.ToString().Trim();
    }
}
