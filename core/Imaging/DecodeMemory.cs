using System.Buffers;
using System.Runtime.CompilerServices;
using SixLabors.ImageSharp.Memory;

namespace ClockFunctions.Core.Imaging;

/// <summary>
/// Where ImageSharp gets the memory for one picture: never more than the picture's share, and all of it goes back to the system
/// when this is disposed, also what a decoder that stumbled over damage forgot.
/// </summary>
internal sealed class DecodeMemory(long most) : MemoryAllocator, IDisposable
{
    private readonly HashSet<IDisposable> _blocks = [];
    private long _held;

    /// <inheritdoc/>
    /// <exception cref="InvalidImageContentException">The decoder asks for more than the picture's size explains.</exception>
    public override IMemoryOwner<T> Allocate<T>(int length, AllocationOptions options = AllocationOptions.None)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        long bytes = (long)length * Unsafe.SizeOf<T>();
        if (_held + bytes > most)
        {
            throw new InvalidImageContentException("The data asks for more memory than the size of the image explains.");
        }

        RentedMemory<T>? block = null;
        block = RentedMemory<T>.FromSystem(length, freed =>
        {
            _held -= freed;
            _blocks.Remove(block!);
        });
        _held += bytes;
        _blocks.Add(block);
        return block;
    }

    public void Dispose()
    {
        foreach (IDisposable block in _blocks.ToArray())
        {
            block.Dispose();
        }
    }

    /// <summary>One block for all pixels: they are then read as one span.</summary>
    protected override int GetBufferCapacityInBytes() => int.MaxValue;
}
