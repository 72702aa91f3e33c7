using System.Diagnostics;
using ClockFunctions.Core.Settings;

namespace ClockFunctions.Core.Serving;

/// <summary>
/// How much scoring goes on at once: <see cref="ServingOptions.Concurrency"/> images are computed,
/// <see cref="ServingOptions.MaxQueue"/> wait, and everything beyond is turned away, so that the
/// latency of what is accepted stays bounded under any load.
/// </summary>
public sealed class ScoringGate : IDisposable
{
    // Where the average score time starts before anything was measured, and how fast it follows (1/8 a score).
    private const double InitialMilliseconds = 20;
    private const double Smoothing = 0.125;

    private readonly SemaphoreSlim _places;
    private int _admitted; // computed now, or let in and waiting
    private double _averageMilliseconds = InitialMilliseconds;

    public ScoringGate(ServingOptions options)
    {
        Concurrency = options.Places;
        Capacity = Concurrency + options.MaxQueue;
        _places = new SemaphoreSlim(Concurrency);
    }

    /// <summary>What a caller is told that was turned away.</summary>
    internal const string Full = "Every place in the scoring queue is taken, or all memory for pictures. Try again later.";

    /// <summary>
    /// How long a request may wait for a place and for memory to decode in before it is turned away: what decoding and scoring
    /// take comes on top, and no answer should take more than 5 s.
    /// </summary>
    public static TimeSpan LongestWait { get; } = TimeSpan.FromSeconds(1.5);

    /// <summary>
    /// How long whoever is turned away waits for that answer. A client that asks again at once, whatever Retry-After says, would else
    /// have the service do nothing but turn it away, and take the processor from those who were let in.
    /// </summary>
    public static TimeSpan HoldBack { get; } = TimeSpan.FromSeconds(0.25);

    /// <summary>Images computed at the same time.</summary>
    public int Concurrency { get; }

    /// <summary>Images computed and waiting together at most: a request with more than that can never be let in.</summary>
    public int Capacity { get; }

    /// <summary>Images that wait for a place now.</summary>
    public int Waiting => Math.Max(0, Volatile.Read(ref _admitted) - (Concurrency - _places.CurrentCount));

    /// <summary>Whether one more image would be turned away now. Worth asking before a request's body is read.</summary>
    public bool IsFull => Volatile.Read(ref _admitted) >= Capacity;

    /// <summary>When a caller that was turned away may try again: the time that the queue takes, at least a second.</summary>
    public TimeSpan RetryAfter =>
        TimeSpan.FromSeconds(
            Math.Max(1, Math.Ceiling((Waiting + Concurrency) * Volatile.Read(ref _averageMilliseconds) / Concurrency / 1000)));

    /// <summary>Lets in all the images of a request, or none of them.</summary>
    /// <param name="images">How many, at least one.</param>
    /// <returns>Their right to be computed one after the other, to be disposed at the end; null when they do not all fit.</returns>
    public Admission? TryAdmit(int images)
    {
        // Compared before it is added: a request that does not fit must not turn away a smaller one in passing.
        int before = Volatile.Read(ref _admitted);
        while (before + images <= Capacity)
        {
            int found = Interlocked.CompareExchange(ref _admitted, before + images, before);
            if (found == before)
            {
                return new Admission(this, images);
            }

            before = found;
        }

        return null;
    }

    /// <summary>Takes a place for one image, waiting in the queue if there is room in it.</summary>
    /// <returns>The place, to be disposed when the image is scored; null when the queue is full.</returns>
    public async ValueTask<Place?> TryEnterAsync(CancellationToken cancellation)
    {
        using Admission? admission = TryAdmit(1);
        return admission is null ? null : await admission.EnterAsync(cancellation);
    }

    /// <summary>Takes a place however long it takes, outside of the queue: for work that nobody waits for.</summary>
    public async ValueTask<Place> EnterAsync(CancellationToken cancellation)
    {
        await _places.WaitAsync(cancellation);
        Interlocked.Increment(ref _admitted);
        return new Place(this);
    }

    public void Dispose() => _places.Dispose();

    private void Leave(double milliseconds)
    {
        // Two threads may overwrite each other's sample: an average can bear that, and a lock is not worth it.
        double average = Volatile.Read(ref _averageMilliseconds);
        Volatile.Write(ref _averageMilliseconds, average + (Smoothing * (milliseconds - average)));
        Interlocked.Decrement(ref _admitted);
        _places.Release();
    }

    /// <summary>
    /// The right of some images to be computed, each when a place is free. Disposing gives up the rights that were not used.
    /// </summary>
    public sealed class Admission : IDisposable
    {
        private readonly ScoringGate _gate;
        private int _unused;

        internal Admission(ScoringGate gate, int images) => (_gate, _unused) = (gate, images);

        /// <summary>Uses one of the rights: waits for a place.</summary>
        /// <exception cref="InvalidOperationException">Every image that was let in has had its place.</exception>
        public async ValueTask<Place> EnterAsync(CancellationToken cancellation)
        {
            if (Interlocked.Decrement(ref _unused) < 0)
            {
                Interlocked.Increment(ref _unused);
                throw new InvalidOperationException("More images than were let in.");
            }

            try
            {
                await _gate._places.WaitAsync(cancellation);
            }
            catch
            {
                Interlocked.Increment(ref _unused);
                throw;
            }

            return new Place(_gate);
        }

        /// <summary>Call it when no <see cref="EnterAsync"/> is under way any more.</summary>
        public void Dispose() => Interlocked.Add(ref _gate._admitted, -Interlocked.Exchange(ref _unused, 0));
    }

    /// <summary>The right to compute one image; disposing it lets the next one in.</summary>
    public sealed class Place(ScoringGate gate) : IDisposable
    {
        private readonly long _entered = Stopwatch.GetTimestamp();
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                gate.Leave(Stopwatch.GetElapsedTime(_entered).TotalMilliseconds);
            }
        }
    }
}
