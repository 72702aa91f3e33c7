namespace ClockFunctions.Core.Storage.Features;

/// <summary>The unit in which features are stored: some blobs' facts and some contents' rows, which need not be the same images'.</summary>
/// <param name="Blobs">Facts about blobs.</param>
/// <param name="Rows">Features of contents.</param>
public sealed record FeatureBlock(IReadOnlyList<KnownBlob> Blobs, IReadOnlyList<FeatureRow> Rows);

/// <summary>A block without its features.</summary>
/// <param name="Blobs">Facts about blobs.</param>
/// <param name="Rows">Content hash of each row, in order.</param>
public sealed record FeatureBlockIndex(IReadOnlyList<KnownBlob> Blobs, IReadOnlyList<string> Rows);

/// <summary>A stored block is damaged. It is a cache: what it held is computed again.</summary>
public sealed class DamagedBlockException(string message, Exception? inner = null) : Exception(message, inner);
