namespace ClockFunctions.Core.Storage;

/// <summary><c>training.state</c>: whether the dataset changed since it was last looked at, and what was seen then.</summary>
public sealed record TrainingState
{
    /// <summary>When the first change came that no trainer has looked at; null when there is none.</summary>
    public DateTimeOffset? DirtySince { get; init; }

    /// <summary>When the last change came.</summary>
    public DateTimeOffset? Changed { get; init; }

    /// <summary>When a trainer last looked; what follows is what it saw.</summary>
    public DateTimeOffset? Checked { get; init; }

    /// <summary>Fingerprint of the dataset.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Usable images by label.</summary>
    public IReadOnlyDictionary<string, int> Labels { get; init; } = new Dictionary<string, int>();

    /// <summary>Blobs that are no usable image.</summary>
    public int Unusable { get; init; }

    /// <summary>Blobs to which the label rule gives no label.</summary>
    public int Unlabelled { get; init; }

    /// <summary>
    /// How many blobs have a name that cannot be used (see <see cref="BlobName"/>) and which, in one sentence; null when there are none.
    /// </summary>
    public string? Misnamed { get; init; }

    /// <summary>Which blobs the storage does not give out now, how many and why, in one sentence; null when there are none.</summary>
    public string? Unreadable { get; init; }

    /// <summary>What training waits for, in one sentence; null when it waits for nothing.</summary>
    public string? Waiting { get; init; }

    /// <summary>Why the last training failed; null when it did not.</summary>
    public string? Error { get; init; }

    public bool IsDirty => DirtySince is not null;

    /// <summary>What of the container no training uses, a sentence each; empty when all is used.</summary>
    public IEnumerable<string> LeftOut()
    {
        if (Unusable > 0)
        {
            yield return $"{Unusable} blobs are no usable image: see container quarantine.";
        }

        if (Misnamed is not null)
        {
            yield return Misnamed;
        }

        if (Unreadable is not null)
        {
            yield return Unreadable;
        }

        if (Unlabelled > 0)
        {
            yield return $"{Unlabelled} blobs have no label.";
        }
    }
}
