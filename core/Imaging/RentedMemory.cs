using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ClockFunctions.Core.Imaging;

/// <summary>
/// Memory of exactly the length that was asked for. Small pieces come from the shared pool; large ones come from the system and go
/// back to it when disposed, because the pool would keep one rare large picture's memory for ever.
/// </summary>
/// <typeparam name="T">A type without references.</typeparam>
internal sealed class RentedMemory<T> : MemoryManager<T>
    where T : struct
{
    /// <summary>Largest piece in bytes that is pooled: the pool then keeps some tens of megabytes at most.</summary>
    private const int LargestPooled = 1024 * 1024;

#pragma warning disable RS0030 // here is the limit of size that the ban asks for
    private static readonly ArrayPool<T> Pool = ArrayPool<T>.Shared;
#pragma warning restore RS0030

    private readonly int _length;
    private readonly Action<long>? _freed;
    private T[]? _pooled;
    private nint _address;

    private RentedMemory(T[]? pooled, nint address, int length, Action<long>? freed) =>
        (_pooled, _address, _length, _freed) = (pooled, address, length, freed);

    private long Bytes => (long)_length * Unsafe.SizeOf<T>();

    private bool IsDisposed => _pooled is null && _address == 0;

    /// <summary>Memory that may hold anything.</summary>
    /// <exception cref="OutOfMemoryException">There is none left.</exception>
    public static RentedMemory<T> Rent(int length) => (long)length * Unsafe.SizeOf<T>() <= LargestPooled
        ? new RentedMemory<T>(Pool.Rent(length), 0, length, null)
        : FromSystem(length, null);

    /// <summary>Zeroed memory from the system, whatever its size.</summary>
    /// <param name="length">Number of elements.</param>
    /// <param name="freed">Told how many bytes were given back, once.</param>
    /// <exception cref="OutOfMemoryException">There is none left.</exception>
    public static RentedMemory<T> FromSystem(int length, Action<long>? freed) =>
        new(null, LargeMemory.Allocate((long)length * Unsafe.SizeOf<T>()), length, freed);

    /// <summary>No finalizer does this: it could free what a span still shows.</summary>
    public void Dispose() => Dispose(disposing: true);

    public override unsafe Span<T> GetSpan()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return _pooled is null ? new Span<T>((void*)_address, _length) : _pooled.AsSpan(0, _length);
    }

    public override unsafe MemoryHandle Pin(int elementIndex = 0)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (_pooled is null)
        {
            return new MemoryHandle((byte*)_address + ((long)elementIndex * Unsafe.SizeOf<T>()));
        }

        GCHandle handle = GCHandle.Alloc(_pooled, GCHandleType.Pinned);
        return new MemoryHandle((byte*)handle.AddrOfPinnedObject() + ((long)elementIndex * Unsafe.SizeOf<T>()), handle);
    }

    public override void Unpin()
    {
        // The handle that Pin gave frees itself.
    }

    protected override bool TryGetArray(out ArraySegment<T> segment)
    {
        segment = _pooled is null ? default : new ArraySegment<T>(_pooled, 0, _length);
        return _pooled is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _pooled, null) is { } array)
        {
            Pool.Return(array);
        }

        if (Interlocked.Exchange(ref _address, 0) is not 0 and nint address)
        {
            LargeMemory.Free(address, Bytes);
            _freed?.Invoke(Bytes);
        }
    }
}
