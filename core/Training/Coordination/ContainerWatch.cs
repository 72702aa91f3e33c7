using System.Security.Cryptography;
using System.Text;
using ClockFunctions.Core.Storage;

namespace ClockFunctions.Core.Training.Coordination;

/// <summary>Decides what a listing of the training container calls for.</summary>
internal sealed class ContainerWatch(TimeSpan reconcileInterval, TimeProvider time)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(0.5);

    private byte[] _seen = [];
    private long? _reconciled;

    public enum Finding
    {
        /// <summary>The container is as it was.</summary>
        Nothing,

        /// <summary>A blob came, changed or went.</summary>
        Changes,

        /// <summary>The first look, or the last reconciliation is long ago.</summary>
        ReconcileDue,
    }

    public Finding Look(IReadOnlyList<TrainingBlob> listing)
    {
        byte[] now = HashOf(listing);
        bool changed = !now.AsSpan().SequenceEqual(_seen);
        _seen = now;
        if (_reconciled is { } last && time.GetElapsedTime(last) < reconcileInterval)
        {
            return changed ? Finding.Changes : Finding.Nothing;
        }

        _reconciled = time.GetTimestamp();
        return Finding.ReconcileDue;
    }

    /// <summary>Something failed: what was seen was not acted on.</summary>
    public void Forget() => (_seen, _reconciled) = ([], null);

    /// <summary>Pause until the next look: half a second, and so long that a tenth of the time at most goes into listing.</summary>
    public static TimeSpan PauseAfter(TimeSpan listing) => listing * 9 > Shortest ? listing * 9 : Shortest;

    private static byte[] HashOf(IReadOnlyList<TrainingBlob> listing)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (TrainingBlob blob in listing)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{blob.Name}\0{blob.ETag}\0"));
        }

        return hash.GetHashAndReset();
    }
}
