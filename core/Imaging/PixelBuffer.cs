using System.Buffers;

namespace ClockFunctions.Core.Imaging;

/// <summary>
/// Decoded pixels in rented memory: Height × Width × 3 bytes, row by row without padding, R G B interleaved, sRGB.
/// Dispose it to give the memory back; it must not be used after that.
/// </summary>
public sealed class PixelBuffer : IDisposable
{
    public const int Channels = 3;

    /// <summary>Larger buffers are allocated and left to the collector: a pool would keep one rare large photo's memory for ever.</summary>
    private const int LargestPooled = 32 * 1024 * 1024;

    private byte[]? _memory;

    private PixelBuffer(byte[] memory, int width, int height)
    {
        _memory = memory;
        Width = width;
        Height = height;
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Height × Width × 3 bytes.</summary>
    public Span<byte> Pixels => Memory.AsSpan(0, Width * Height * Channels);

    private byte[] Memory => _memory ?? throw new ObjectDisposedException(nameof(PixelBuffer));

    /// <summary>A buffer whose pixels are not yet set.</summary>
    public static PixelBuffer Rent(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        return new PixelBuffer(RentBytes(checked(width * height * Channels)), width, height);
    }

    public void Dispose()
    {
        byte[]? memory = Interlocked.Exchange(ref _memory, null);
        if (memory is not null)
        {
            ReturnBytes(memory);
        }
    }

    /// <summary>Takes ownership of memory from <see cref="RentBytes"/> that holds the pixels from its first byte on.</summary>
    internal static PixelBuffer Own(byte[] memory, int width, int height) => new(memory, width, height);

    internal static byte[] RentBytes(int length) =>
        length <= LargestPooled ? ArrayPool<byte>.Shared.Rent(length) : GC.AllocateUninitializedArray<byte>(length);

    internal static void ReturnBytes(byte[] memory)
    {
        if (memory.Length <= LargestPooled)
        {
            ArrayPool<byte>.Shared.Return(memory);
        }
    }
}
