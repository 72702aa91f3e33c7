using ClockFunctions.Core.Heads;

namespace ClockFunctions.Core.Serving;

/// <summary>A learned head that passed its checks, with what its manifest says.</summary>
/// <param name="Head">The head.</param>
/// <param name="Manifest">Its <c>head.json</c>.</param>
/// <param name="ETag">Of the pointer that named it; null where it came from a folder.</param>
public sealed record ServedModel(LearnedHead Head, HeadManifest Manifest, string? ETag = null);
