namespace ClockFunctions.Core.Imaging;

/// <summary>
/// Decoded pixels in rented memory: Height × Width × 3 bytes, row by row without padding, R G B interleaved, sRGB.
/// Dispose it to give the memory back; it must not be used after that.
/// </summary>
public sealed class PixelBuffer : IDisposable
{
    public const int Channels = 3;

    private RentedMemory<byte>? _memory;

    private PixelBuffer(RentedMemory<byte> memory, int width, int height)
    {
        _memory = memory;
        Width = width;
        Height = height;
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Height × Width × 3 bytes.</summary>
    public Span<byte> Pixels => Memory.GetSpan()[..(Width * Height * Channels)];

    /// <summary>What it takes of the memory, which may be more than the pixels need.</summary>
    internal long HeldBytes => Memory.GetSpan().Length;

    private RentedMemory<byte> Memory => _memory ?? throw new ObjectDisposedException(nameof(PixelBuffer));

    /// <summary>A buffer whose pixels are not yet set.</summary>
    public static PixelBuffer Rent(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        return new PixelBuffer(RentedMemory<byte>.Rent(checked(width * height * Channels)), width, height);
    }

    public void Dispose() => Interlocked.Exchange(ref _memory, null)?.Dispose();

    /// <summary>Takes ownership of memory that holds the pixels from its first byte on.</summary>
    internal static PixelBuffer Own(RentedMemory<byte> memory, int width, int height) => new(memory, width, height);
}
