using System.IO.Pipelines;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Settings;

namespace ClockFunctions.Core.Serving.Http;

/// <summary>
/// How many bytes of request bodies are held at once, over all requests: slow clients then cost memory that is
/// bounded, and no place in the scoring queue.
/// </summary>
/// <remarks>
/// While it is full and somebody needs room, the slowest of those who are still sending are sent away. Else a few connections that send
/// all but their last byte could keep everybody from scoring for as long as a body may take.
/// </remarks>
public sealed class UploadBudget(ImageLimits limits, ServingOptions serving, ScoringGate gate, TimeProvider time)
{
    // Room for the images being computed and for this many more of the largest size: thousands of usual photos.
    private const int SpareImages = 8;

    /// <summary>Nobody is called slow before this age: the first bytes of a body take a moment.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Whoever was sent away gives its memory back at once; this is for a machine that is busy.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly HashSet<UploadStream> _reading = [];
    private TaskCompletionSource? _released;
    private long _held;

    /// <summary>Bytes that are held at once at most. A form with more of them can never be taken.</summary>
    public long Most { get; } = (long)limits.MaxBytes * (gate.Concurrency + SpareImages);

    /// <summary>Bytes held now.</summary>
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

    /// <summary>Begins to read a body; disposing it gives back whatever it holds.</summary>
    /// <param name="body">The request's.</param>
    /// <param name="cancellation">The request ends.</param>
    public UploadStream Open(PipeReader body, CancellationToken cancellation)
    {
        UploadStream upload = new(body, this, serving.BodyTimeout, time, cancellation);
        lock (_gate)
        {
            _reading.Add(upload);
        }

        return upload;
    }

    /// <summary>Makes room for a body that grows.</summary>
    /// <returns>Whether there was room, or could be made by sending slower ones away.</returns>
    internal async ValueTask<bool> TryReserveAsync(UploadStream asker, int bytes, CancellationToken cancellation)
    {
        while (true)
        {
            List<UploadStream> slowest;
            Task released;
            lock (_gate)
            {
                if (_held + bytes <= Most)
                {
                    _held += bytes;
                    asker.Held += bytes;
                    return true;
                }

                if (!TryFindSlowest(asker, _held + bytes - Most, out slowest))
                {
                    return false;
                }

                released = (_released ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            slowest.ForEach(upload => upload.SendAway());
            try
            {
                await released.WaitAsync(LongestWait, time, cancellation);
            }
            catch (TimeoutException)
            {
                return false;
            }
        }
    }

    internal void Release(UploadStream upload, int bytes)
    {
        TaskCompletionSource? released;
        lock (_gate)
        {
            _held -= bytes;
            upload.Held -= bytes;
            (released, _released) = (_released, null);
        }

        released?.TrySetResult();
    }

    /// <summary>A body came to its end, or is given up.</summary>
    internal void Finish(UploadStream upload)
    {
        lock (_gate)
        {
            _reading.Remove(upload);
        }
    }

    /// <summary>Those who must go to give back this much. Called under the lock.</summary>
    /// <returns>False when all of them would not be enough, or when the asker is itself among them.</returns>
    private bool TryFindSlowest(UploadStream asker, long wanted, out List<UploadStream> slowest)
    {
        slowest = [];
        foreach (UploadStream upload in _reading
            .Where(upload => (upload.Held > 0 || upload == asker) && upload.Age >= Grace)
            .OrderBy(upload => upload.BytesPerSecond))
        {
            if (wanted <= 0 || upload == asker)
            {
                break;
            }

            slowest.Add(upload);
            wanted -= upload.Held;
        }

        return wanted <= 0;
    }
}
