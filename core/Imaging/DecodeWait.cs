namespace ClockFunctions.Core.Imaging;

/// <summary>How long a caller waits for memory to decode a picture in. The default waits as long as it takes.</summary>
/// <param name="End">Ends the waiting; decoding itself is not interrupted.</param>
public readonly record struct DecodeWait(CancellationToken End)
{
    public static implicit operator DecodeWait(CancellationToken end) => new(end);
}
