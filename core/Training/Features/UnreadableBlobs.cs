using System.Collections.Concurrent;
using ClockFunctions.Core.Storage;

namespace ClockFunctions.Core.Training.Features;

/// <summary>
/// The training blobs that could not be read when this process last tried, with the reason. They are left out of the
/// training and tried again after a while: ten thousand archived photos must not cost a request each at every look.
/// </summary>
public sealed class UnreadableBlobs(TimeProvider time)
{
    /// <summary>How long a blob is left in peace after a failed attempt.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(string Name, string Version), (string Reason, long Tried)> _blobs = new();

    /// <summary>Why this version of a blob could not be read; null when it was never tried, or was read since.</summary>
    public string? ReasonFor(TrainingBlob blob) =>
        _blobs.TryGetValue((blob.Name, blob.Version), out (string Reason, long) found) ? found.Reason : null;

    /// <summary>Whether it is too early to try this version again.</summary>
    public bool IsResting(TrainingBlob blob) =>
        _blobs.TryGetValue((blob.Name, blob.Version), out (string, long Tried) found) && time.GetElapsedTime(found.Tried) < Pause;

    /// <summary>Notes a failed attempt.</summary>
    /// <returns>Whether the blob or the reason is new, and worth telling.</returns>
    public bool Add(TrainingBlob blob, string reason)
    {
        bool known = ReasonFor(blob) == reason;
        _blobs[(blob.Name, blob.Version)] = (reason, time.GetTimestamp());
        return !known;
    }

    /// <summary>Notes that a blob was read.</summary>
    public void Remove(TrainingBlob blob) => _blobs.TryRemove((blob.Name, blob.Version), out _);

    /// <summary>Forgets what is not in the container any more.</summary>
    public void Keep(IReadOnlyList<TrainingBlob> listing)
    {
        if (_blobs.IsEmpty)
        {
            return;
        }

        HashSet<(string, string)> there = [.. listing.Select(blob => (blob.Name, blob.Version))];
        foreach ((string Name, string Version) blob in _blobs.Keys.Where(blob => !there.Contains(blob)))
        {
            _blobs.TryRemove(blob, out _);
        }
    }
}
