using System.Diagnostics;

namespace ClockFunctions.Core.Serving;

/// <summary>
/// How much scoring goes on at once: <see cref="ServingOptions.Concurrency"/> images are computed,
/// <see cref="ServingOptions.MaxQueue"/> wait, and everything beyond is turned away at once, so that the
/// latency of what is accepted stays bounded under any load.
/// </summary>
public sealed class ScoringGate : IDisposable
{
    // Where the average score time starts before anything was measured, and how fast it follows (1/8 a score).
    private const double InitialMilliseconds = 20;
    private const double Smoothing = 0.125;

    private readonly SemaphoreSlim places;
    private readonly int maxQueue;
    private int waiting;
    private double averageMilliseconds = InitialMilliseconds;

    public ScoringGate(ServingOptions options)
    {
        Concurrency = options.Places;
        maxQueue = options.MaxQueue;
        places = new SemaphoreSlim(Concurrency);
    }

    /// <summary>What a caller is told that was turned away.</summary>
    internal const string Full = "Every place in the scoring queue is taken, or all memory for pictures. Try again later.";

    /// <summary>
    /// How long a request may wait for a place and for memory to decode in before it is turned away: what decoding and scoring
    /// take comes on top, and no answer should take more than 5 s.
    /// </summary>
    public static TimeSpan LongestWait { get; } = TimeSpan.FromSeconds(1.5);

    /// <summary>Images computed at the same time.</summary>
    public int Concurrency { get; }

    /// <summary>Images that wait for a place now.</summary>
    public int Waiting => Volatile.Read(ref waiting);

    /// <summary>Whether one more image would be turned away now. Worth asking before a request's body is read.</summary>
    public bool IsFull => places.CurrentCount == 0 && Waiting >= maxQueue;

    /// <summary>When a caller that was turned away may try again: the time that the queue takes, at least a second.</summary>
    public TimeSpan RetryAfter =>
        TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling((Waiting + Concurrency) * Volatile.Read(ref averageMilliseconds) / Concurrency / 1000)));

    /// <summary>Takes a place, waiting in the queue if there is room in it.</summary>
    /// <returns>The place, to be disposed when the image is scored; null when the queue is full.</returns>
    public async ValueTask<Place?> TryEnterAsync(CancellationToken cancellation)
    {
        if (places.Wait(0, cancellation))
        {
            return new Place(this);
        }

        if (Interlocked.Increment(ref waiting) > maxQueue)
        {
            Interlocked.Decrement(ref waiting);
            return null;
        }

        try
        {
            await places.WaitAsync(cancellation).ConfigureAwait(false);
            return new Place(this);
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    /// <summary>Takes a place however long it takes: for the further files of a request that was let in.</summary>
    public async ValueTask<Place> EnterAsync(CancellationToken cancellation)
    {
        await places.WaitAsync(cancellation).ConfigureAwait(false);
        return new Place(this);
    }

    public void Dispose() => places.Dispose();

    private void Leave(double milliseconds)
    {
        // Two threads may overwrite each other's sample: an average can bear that, and a lock is not worth it.
        double average = Volatile.Read(ref averageMilliseconds);
        Volatile.Write(ref averageMilliseconds, average + (Smoothing * (milliseconds - average)));
        places.Release();
    }

    /// <summary>The right to compute one image; disposing it lets the next one in.</summary>
    public sealed class Place(ScoringGate gate) : IDisposable
    {
        private readonly long entered = Stopwatch.GetTimestamp();
        private int left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) == 0)
            {
                gate.Leave(Stopwatch.GetElapsedTime(entered).TotalMilliseconds);
            }
        }
    }
}
