namespace ClockFunctions.Core.Storage.Features;

/// <summary>What is known for good about one version of a training blob, so that nobody has to read it again.</summary>
/// <param name="Name">Name of the blob.</param>
/// <param name="Version">The version, its ETag.</param>
/// <param name="Length">Size in bytes.</param>
/// <param name="ContentHash">SHA-256 of its content, hex; null for a blob that was too large to be read.</param>
/// <param name="Unusable">Why it is no usable image; null for one that is.</param>
/// <param name="Judge">The limits under which it was found unusable: under others it is tried again.</param>
public sealed record KnownBlob(
    string Name, string Version, long Length, string? ContentHash, string? Unusable = null, string? Judge = null);
