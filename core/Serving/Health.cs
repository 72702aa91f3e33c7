namespace ClockFunctions.Core.Serving;

/// <summary>Whether the service scores, with what, and what it would need to do better.</summary>
public sealed record Health
{
    /// <summary>
    /// <c>ready</c>; <c>degraded</c> (it scores, but <see cref="Reasons"/> need somebody's attention); <c>untrained</c> (it takes
    /// labelled images, and scores none before the first training);
    /// <c>starting</c>; or <c>failed</c> (no image can be scored). The last two come with status 503.
    /// </summary>
    public required string Status { get; init; }

    /// <summary>One sentence each; empty when all is well.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>What scores now.</summary>
    public required ScoreModel Model { get; init; }

    public required TrainingHealth Training { get; init; }

    /// <summary>Published heads that this instance did not take, newest first.</summary>
    public required IReadOnlyList<RefusedHead> RefusedHeads { get; init; }

    /// <summary>
    /// What is scored against what the model was validated on, at the last hourly look; null while there is too little to say.
    /// </summary>
    public TrafficHealth? Traffic { get; init; }

    /// <summary>Images computed and waiting now.</summary>
    public required QueueHealth Queue { get; init; }
}

/// <summary>What the last look at the training container found; everything null while the storage does not answer.</summary>
public sealed record TrainingHealth
{
    /// <summary>Whether a change of the dataset waits for a training.</summary>
    public bool? Pending { get; init; }

    /// <summary>When a trainer last looked.</summary>
    public DateTimeOffset? Checked { get; init; }

    /// <summary>Usable images by label.</summary>
    public IReadOnlyDictionary<string, int>? Labels { get; init; }

    /// <summary>Blobs that are no usable image: see container <c>quarantine</c>.</summary>
    public int? Unusable { get; init; }

    /// <summary>Blobs to which the label rule gives no label.</summary>
    public int? Unlabelled { get; init; }

    /// <summary>How many blobs have a name that cannot be used and which, in one sentence; null when there are none.</summary>
    public string? Misnamed { get; init; }

    /// <summary>Which training images the storage does not give out, how many and why, in one sentence; null when there are none.</summary>
    public string? Unreadable { get; init; }

    /// <summary>What training waits for; null when it waits for nothing.</summary>
    public string? WaitingFor { get; init; }

    /// <summary>Why the last training failed; null when it did not.</summary>
    public string? Error { get; init; }
}

/// <param name="Places">Images computed at the same time at most.</param>
/// <param name="Waiting">Images that wait for a place now.</param>
public sealed record QueueHealth(int Places, int Waiting);
