using ClockFunctions.Core.Metrics;

namespace ClockFunctions.Core.Serving;

/// <summary>Counts what this process scores, by version. It keeps no image and no order, and a score allocates nothing.</summary>
public sealed class TrafficCounter
{
    private readonly Lock _opening = new();
    private readonly Dictionary<string, Window> _windows = [];
    private volatile Window? _last;

    /// <summary>Counts a score of a learned head.</summary>
    /// <param name="version">The head's version.</param>
    /// <param name="probability">0–1.</param>
    /// <param name="novelty">0–100; null where it is not told.</param>
    public void Count(string version, double probability, double? novelty)
    {
        Window window = _last is { } last && last.Version == version ? last : Open(version);
        Interlocked.Increment(ref window.Probability[ScoreCounts.Bin(probability, width: 1)]);
        if (novelty is { } percentile)
        {
            Interlocked.Increment(ref window.Novelty[ScoreCounts.Bin(percentile, width: 100)]);
        }
    }

    /// <summary>Takes what was counted since the last time: each score is given out once.</summary>
    public IReadOnlyDictionary<string, ScoreCounts> Take()
    {
        lock (_opening)
        {
            return _windows.Values
                .Select(window => (window.Version, Counts: new ScoreCounts(Take(window.Probability), Take(window.Novelty))))
                .Where(taken => taken.Counts.Total() > 0)
                .ToDictionary(taken => taken.Version, taken => taken.Counts);
        }
    }

    private static long[] Take(long[] counts)
    {
        long[] taken = new long[counts.Length];
        for (int bin = 0; bin < counts.Length; bin++)
        {
            taken[bin] = Interlocked.Exchange(ref counts[bin], 0);
        }

        return taken;
    }

    private Window Open(string version)
    {
        lock (_opening)
        {
            if (!_windows.TryGetValue(version, out Window? window))
            {
                _windows.Add(version, window = new Window(version));
            }

            return _last = window;
        }
    }

    private sealed class Window(string version)
    {
        public string Version => version;

        public long[] Probability { get; } = new long[ScoreCounts.Bins];

        public long[] Novelty { get; } = new long[ScoreCounts.Bins];
    }
}
