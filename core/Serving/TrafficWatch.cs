using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Observability;
using ClockFunctions.Core.Storage;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Core.Serving;

/// <summary>
/// Once an hour: writes what this instance scored today, and compares what all instances scored with the validation photos.
/// </summary>
/// <remarks>
/// What was counted stays in memory until it is written: a storage that is away loses nothing. For one caller at a time. A score belongs
/// to the day on which it is collected, so that those of the last hour before midnight count for the next day.
/// </remarks>
public sealed class TrafficWatch(
    TrafficCounter counter, Func<TrafficBlobs> blobs, CurrentModel current, TimeProvider time, ILogger<TrafficWatch> logger)
{
    /// <summary>Between two writings.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly string _instance = Guid.NewGuid().ToString("n");
    private readonly Dictionary<DateOnly, Dictionary<string, ScoreCounts>> _days = [];
    private readonly HashSet<DateOnly> _unwritten = [];
    private volatile Verdict? _verdict;

    /// <summary>
    /// How traffic stood at the last look; null while there was none or too little, or where it was about another version than serves now.
    /// </summary>
    public TrafficHealth? Health => _verdict is { } verdict && verdict.Version == current.Served?.Manifest.Version ? verdict.Health : null;

    /// <summary>Why somebody should look at the traffic, in one sentence; null when nobody need.</summary>
    public string? Reason => Health is { PartedSince: { } since } health
        ? FormattableString.Invariant(
            $"Since {since:yyyy-MM-dd} what is scored differs from the photos that the model was validated on (stability index ") +
            FormattableString.Invariant($"{health.ProbabilityStabilityIndex:0.00} of probability") +
            (health.NoveltyStabilityIndex is { } novelty ? FormattableString.Invariant($", {novelty:0.00} of novelty") : "") +
            "; above 0.25 is much): label some of what comes now."
        : null;

    /// <summary>Writes and compares.</summary>
    /// <returns>The pause before the next time.</returns>
    public async Task<TimeSpan> MergeAsync(CancellationToken cancellation)
    {
        await WriteAsync(cancellation);
        if (current.Served?.Manifest is { Validation: { } validation } manifest)
        {
            IReadOnlyList<Traffic> traffic = await blobs().ReadAsync(Today, cancellation);
            Judge(manifest, TrafficHealth.Of(
                validation, traffic.Where(one => one.Version == manifest.Version).Select(one => (one.Day, one.Counts))));
        }

        return Interval;
    }

    /// <summary>Writes what was counted and is not written yet; asks nothing of the storage where there is nothing.</summary>
    public async Task WriteAsync(CancellationToken cancellation)
    {
        Collect();
        foreach (DateOnly day in _unwritten.Order().ToArray())
        {
            await blobs().WriteAsync(day, _instance, _days[day], cancellation);
            _unwritten.Remove(day);
        }

        foreach (DateOnly day in _days.Keys.Where(day => day != Today && !_unwritten.Contains(day)).ToArray())
        {
            _days.Remove(day);
        }
    }

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    private void Collect()
    {
        foreach ((string version, ScoreCounts counts) in counter.Take())
        {
            DateOnly today = Today;
            if (!_days.TryGetValue(today, out Dictionary<string, ScoreCounts>? byVersion))
            {
                _days.Add(today, byVersion = []);
            }

            byVersion[version] = byVersion.GetValueOrDefault(version, ScoreCounts.None).Plus(counts);
            _unwritten.Add(today);
        }
    }

    private void Judge(HeadManifest manifest, TrafficHealth? health)
    {
        DateOnly? before = Health?.PartedSince;
        _verdict = health is null ? null : new Verdict(manifest.Version, health);
        if (health is null)
        {
            return;
        }

        Telemetry.TrafficCompared(health.ProbabilityStabilityIndex, health.NoveltyStabilityIndex);
        if (health.PartedSince is not null && before is null)
        {
            logger.LogWarning("{Reason}", Reason);
        }
    }

    private sealed record Verdict(string Version, TrafficHealth Health);
}
