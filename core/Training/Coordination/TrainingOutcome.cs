using ClockFunctions.Core.Training.Features;

namespace ClockFunctions.Core.Training.Coordination;

/// <summary>How a look at the dataset ended.</summary>
/// <param name="Result">What happened.</param>
public sealed record TrainingOutcome(TrainingOutcomeKind Result)
{
    /// <summary>The version that was trained, or that had been before; null when there is none.</summary>
    public string? Version { get; init; }

    /// <summary>Why it was published or held, or what training waits for.</summary>
    public string? Reason { get; init; }

    /// <summary>Fingerprint of the dataset; null when it was not looked at.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>When the trainer began to look, and had published.</summary>
    public DateTimeOffset? Started { get; init; }

    public DateTimeOffset? Ended { get; init; }

    /// <summary>The lease under which it happened.</summary>
    public string? Lease { get; init; }

    /// <summary>What was ingested for it.</summary>
    public IngestCount? Ingest { get; init; }
}

public enum TrainingOutcomeKind
{
    /// <summary>Nothing changed since the last look.</summary>
    Clean,

    /// <summary>Another process is training; it will see every change.</summary>
    Busy,

    /// <summary>The changes cancelled out, or somebody trained on them before.</summary>
    Unchanged,

    /// <summary>There are too few images.</summary>
    Waiting,

    /// <summary>A new version is current.</summary>
    Published,

    /// <summary>A new version was trained and is not better than the current one.</summary>
    Held,

    /// <summary>A new version was trained, and somebody chose another current version meanwhile: theirs stays.</summary>
    Superseded,
}
