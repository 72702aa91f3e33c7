namespace ClockFunctions.Core.Training.Features;

/// <summary>What became of the blobs that were looked at.</summary>
/// <param name="Known">Nothing had to be read: the cache knew these versions.</param>
/// <param name="Reused">Read, and their content was in the cache already: moved or copied images.</param>
/// <param name="Extracted">Features computed.</param>
/// <param name="Unusable">No usable image: quarantined.</param>
/// <param name="Gone">Deleted or replaced meanwhile.</param>
/// <param name="CpuSeconds">
/// Processor time of the threads that computed features, summed over them. All of the extraction, where one thread computes an image.
/// </param>
public sealed record IngestCount(int Known, int Reused, int Extracted, int Unusable, int Gone, double CpuSeconds)
{
    /// <summary>Not given out by the storage, or a short while ago: left out for now, and tried again later.</summary>
    public int Unreadable { get; init; }

    public static IngestCount None { get; } = new(0, 0, 0, 0, 0, 0);

    /// <summary>How many were not known before.</summary>
    public int New => Reused + Extracted + Unusable;

    public static IngestCount operator +(IngestCount left, IngestCount right) => new(
        left.Known + right.Known, left.Reused + right.Reused, left.Extracted + right.Extracted,
        left.Unusable + right.Unusable, left.Gone + right.Gone, left.CpuSeconds + right.CpuSeconds)
    {
        Unreadable = left.Unreadable + right.Unreadable,
    };
}
