using System.Runtime.InteropServices;

namespace ClockFunctions.Core.Imaging;

/// <summary>Unmanaged memory for pictures: what is freed goes back to the system at once, whatever its size.</summary>
/// <remarks>
/// On Linux large blocks are mapped by themselves: the allocator of the C library keeps freed blocks of up to 32 MiB for later,
/// for each of its arenas, and the collector keeps large arrays until it next looks at what is old.
/// </remarks>
internal static unsafe partial class LargeMemory
{
    /// <summary>Smaller blocks are left to the C library: mapping memory costs more than they do.</summary>
    private const long SmallestMapped = 256 * 1024;

    private const int ReadAndWrite = 0x1 | 0x2; // PROT_READ | PROT_WRITE
    private const int PrivateAnonymous = 0x02 | 0x20; // MAP_PRIVATE | MAP_ANONYMOUS, as on Linux

    /// <summary>Memory whose bytes are all zero; its address is divisible by 16.</summary>
    /// <exception cref="OutOfMemoryException">There is none left.</exception>
    public static nint Allocate(long bytes)
    {
        if (!IsMapped(bytes))
        {
            return (nint)NativeMemory.AllocZeroed((nuint)bytes);
        }

        nint at = Map(0, (nuint)bytes, ReadAndWrite, PrivateAnonymous, -1, 0);
        return at != -1 ? at : throw new InsufficientMemoryException($"The system has no {bytes} bytes for a picture.");
    }

    /// <summary>Gives memory back.</summary>
    /// <param name="at">From <see cref="Allocate"/>.</param>
    /// <param name="bytes">What was asked for then.</param>
    public static void Free(nint at, long bytes)
    {
        if (IsMapped(bytes))
        {
            _ = Unmap(at, (nuint)bytes);
        }
        else
        {
            NativeMemory.Free((void*)at);
        }
    }

    /// <summary>Asks the C library to return what it keeps for later, where it is one that can. Takes some milliseconds.</summary>
    public static void Trim()
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                _ = Trim(0);
            }
            catch (EntryPointNotFoundException)
            {
                // musl, which keeps little and has no such call
            }
        }
    }

    private static bool IsMapped(long bytes) => bytes >= SmallestMapped && OperatingSystem.IsLinux();

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint at, nuint bytes, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint at, nuint bytes);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint pad);
}
