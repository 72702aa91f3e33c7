using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Serving.Http;

/// <summary>
/// How many bytes of request bodies are held at once, over all requests: slow clients then cost memory that is
/// bounded, and no place in the scoring queue.
/// </summary>
public sealed class UploadBudget(ImageLimits limits, ScoringGate gate)
{
    // Room for the images being computed and for this many more of the largest size: thousands of usual photos.
    private const int SpareImages = 8;

    private long _held;

    /// <summary>Bytes that are held at once at most. A form with more of them can never be taken.</summary>
    public long Most { get; } = (long)limits.MaxBytes * (gate.Concurrency + SpareImages);

    /// <summary>Bytes held now.</summary>
    public long Held => Interlocked.Read(ref _held);

    /// <returns>Whether there was room; if so, <see cref="Release"/> gives it back.</returns>
    public bool TryReserve(int bytes)
    {
        if (Interlocked.Add(ref _held, bytes) <= Most)
        {
            return true;
        }

        Release(bytes);
        return false;
    }

    public void Release(int bytes) => Interlocked.Add(ref _held, -bytes);
}
