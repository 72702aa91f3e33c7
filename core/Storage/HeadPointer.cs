using Azure;

namespace ClockFunctions.Core.Storage;

/// <summary><c>heads/current.json</c>: which version scorers serve.</summary>
/// <param name="Version">The current version.</param>
/// <param name="Previous">The one it replaced; null for the first.</param>
/// <param name="Newest">
/// The newest version there was when the pointer moved. A published version newer than this, whose parent is
/// <paramref name="Version"/>, was written by a trainer that died before it moved the pointer.
/// </param>
/// <param name="At">When the pointer moved.</param>
public sealed record HeadPointer(string Version, string? Previous, string Newest, DateTimeOffset At);

/// <summary>An answer about the pointer.</summary>
/// <param name="Changed">False: the pointer is still the one that the asker knows, and the rest is null.</param>
/// <param name="Head">Null when no version was ever published, and when the pointer cannot be read.</param>
/// <param name="ETag">What to ask and to publish with next; null when there is no pointer.</param>
/// <param name="Damage">Why the pointer cannot be read, in one sentence; null when it can, and when there is none.</param>
public sealed record CurrentHead(bool Changed, HeadPointer? Head, ETag? ETag, string? Damage = null);
