using ClockFunctions.Core.Heads;

namespace ClockFunctions.Core.Storage;

/// <summary>A complete version of the registry.</summary>
/// <param name="Manifest">Its <c>head.json</c>.</param>
/// <param name="IsCurrent">Whether the pointer names it.</param>
public sealed record RegisteredHead(HeadManifest Manifest, bool IsCurrent)
{
    public string Version => Manifest.Version;

    /// <summary><c>current</c>, or the gate's decision when it was trained: <c>published</c> or <c>held</c>.</summary>
    public string State => IsCurrent ? "current" : Manifest.State;
}

/// <summary>A version whose manifest cannot be read, or the pointer itself.</summary>
/// <param name="Version">The version, or <c>current.json</c>.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record DamagedHead(string Version, string Reason);
