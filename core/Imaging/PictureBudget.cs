namespace ClockFunctions.Core.Imaging;

/// <summary>
/// How many bytes all pictures that are decoded at once may take together. A picture waits until its share is free;
/// those that wait are let in in the order in which they came, so that no large one waits for ever behind small ones.
/// </summary>
/// <remarks>
/// Waiting blocks the thread. That is bounded: decoding goes on inside a place of the scoring gate or on one of the ingest's
/// few threads. It cannot deadlock, because nobody asks for a second share while holding one: a share covers all that is made of a
/// picture until it is disposed, and shrinks when the largest part is over.
/// </remarks>
internal sealed class PictureBudget(long bytes)
{
    /// <summary>After a picture that took this much it is worth asking the C library for what it keeps.</summary>
    private const long WorthTrimming = 32 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiting = [];
    private long _held;
    private bool _trims;

    /// <summary>All there is.</summary>
    public long Bytes => bytes;

    /// <summary>What is taken now.</summary>
    public long Held
    {
        get
        {
            lock (_gate)
            {
                return _held;
            }
        }
    }

    /// <summary>Pictures that wait now.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Takes a share, waiting for it.</summary>
    /// <param name="wanted">At most <see cref="Bytes"/>.</param>
    /// <param name="cancellation">Ends the waiting; where there is room nobody waits.</param>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    public Share Enter(long wanted, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(wanted);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wanted, bytes);
        Waiter waiter;
        lock (_gate)
        {
            if (_waiting.Count == 0 && _held + wanted <= bytes)
            {
                _held += wanted;
                return new Share(this, wanted);
            }

            waiter = new Waiter(wanted);
            _waiting.AddLast(waiter);
        }

        try
        {
            // A task rather than an event: the thread pool then knows at once that a thread of it waits.
            waiter.Admitted.Task.Wait(cancellation);
            return new Share(this, wanted);
        }
        catch (OperationCanceledException)
        {
            Leave(waiter);
            throw;
        }
    }

    private void Leave(Waiter waiter)
    {
        lock (_gate)
        {
            if (!_waiting.Remove(waiter))
            {
                _held -= waiter.Wanted; // It was let in at the moment when it gave up.
            }

            Admit();
        }
    }

    private void Release(long released, bool large)
    {
        bool trim;
        lock (_gate)
        {
            _held -= released;
            _trims |= large;
            Admit();
            trim = _trims && _held == 0;
            _trims &= !trim;
        }

        if (trim)
        {
            LargeMemory.Trim();
        }
    }

    /// <summary>Lets in whoever waits first, as long as there is room. Called under the lock.</summary>
    private void Admit()
    {
        while (_waiting.First is { } first && _held + first.Value.Wanted <= bytes)
        {
            _waiting.RemoveFirst();
            _held += first.Value.Wanted;
            first.Value.Admitted.SetResult();
        }
    }

    private sealed record Waiter(long Wanted)
    {
        public TaskCompletionSource Admitted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Part of the budget, until it is disposed.</summary>
    public sealed class Share(PictureBudget budget, long taken) : IDisposable
    {
        private readonly bool _large = taken >= WorthTrimming;
        private long _taken = taken;

        /// <summary>Gives back all but this much.</summary>
        public void ShrinkTo(long kept)
        {
            long before = Interlocked.Read(ref _taken);
            if (kept < before)
            {
                _taken = kept;
                budget.Release(before - kept, _large);
            }
        }

        public void Dispose()
        {
            long rest = Interlocked.Exchange(ref _taken, 0);
            if (rest > 0)
            {
                budget.Release(rest, _large);
            }
        }
    }
}
