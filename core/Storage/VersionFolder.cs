using Azure;
using Azure.Storage.Blobs.Models;
using ClockFunctions.Core.Heads;

namespace ClockFunctions.Core.Storage;

/// <summary>What a listing shows of one folder <c>heads/{version}/</c>.</summary>
/// <param name="Version">The version.</param>
internal sealed record VersionFolder(string Version)
{
    /// <summary>Whether the manifest is there. Without it the version is being written, or was left half-written or half-deleted.</summary>
    public bool IsComplete { get; private init; }

    /// <summary>ETag of the weights; null when they are missing.</summary>
    public ETag? Weights { get; private init; }

    /// <summary>When its newest file was written.</summary>
    public DateTimeOffset Modified { get; private init; }

    /// <summary>The folder with one more file.</summary>
    public VersionFolder With(string file, BlobItemProperties properties) => this with
    {
        IsComplete = IsComplete || file == HeadDirectory.ManifestName,
        Weights = file == HeadDirectory.WeightsName ? properties.ETag : Weights,
        Modified = properties.LastModified > Modified ? properties.LastModified.Value : Modified,
    };
}
