using Azure;
using ClockFunctions.Core.Storage;

namespace ClockFunctions.Core.Training.Coordination;

/// <summary>How long a training still waits for more images to land.</summary>
/// <remarks>
/// The marker's times come from other machines, whose clocks may differ: a change counts as at least as old as this
/// process has known it, so that a clock that is ahead cannot hold a training up.
/// </remarks>
/// <param name="quiet">Nothing must have landed for this long,</param>
/// <param name="maxWait">but not longer than this after the first change.</param>
/// <param name="time">The clock here.</param>
internal sealed class QuietPeriod(TimeSpan quiet, TimeSpan maxWait, TimeProvider time)
{
    private readonly long _firstSeen = time.GetTimestamp();
    private long _lastSeen;
    private ETag? _last;

    /// <summary>Zero or less: train now.</summary>
    /// <param name="marker">The dirty marker.</param>
    /// <param name="etag">Its ETag: another one means that something landed.</param>
    public TimeSpan Rest(TrainingState marker, ETag? etag)
    {
        if (_last != etag)
        {
            (_last, _lastSeen) = (etag, time.GetTimestamp());
        }

        TimeSpan calm = quiet - Longest(marker.Changed, _lastSeen);
        TimeSpan patience = maxWait - Longest(marker.DirtySince, _firstSeen);
        return calm < patience ? calm : patience;
    }

    private TimeSpan Longest(DateTimeOffset? since, long seen)
    {
        TimeSpan told = time.GetUtcNow() - since ?? TimeSpan.Zero;
        TimeSpan known = time.GetElapsedTime(seen);
        return told > known ? told : known;
    }
}
