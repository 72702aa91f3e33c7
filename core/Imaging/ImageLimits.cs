using System.ComponentModel.DataAnnotations;

namespace ClockFunctions.Core.Imaging;

/// <summary>What an image may cost; checked before anything is decoded in full.</summary>
public sealed record ImageLimits
{
    /// <summary>Largest encoded image in bytes. Default 20 MiB.</summary>
    [Range(1, 1 << 30)]
    public int MaxBytes { get; init; } = 20 * 1024 * 1024;

    /// <summary>Largest width × height in pixels, from the header. Default 100 megapixels.</summary>
    [Range(1, int.MaxValue)]
    public int MaxPixels { get; init; } = 100_000_000;

    /// <summary>
    /// Memory in MiB for all pictures that are decoded at once, for scoring and training together (16–1,048,576). Default null: a
    /// quarter of what the process may use, at most 512.
    /// </summary>
    [Range(16, 1024 * 1024)]
    public int? MemoryMB { get; init; }

    /// <summary>What <see cref="MemoryMB"/> comes to on this machine, in bytes.</summary>
    internal long MemoryBytes => MemoryMB is { } set ? (long)set * Mebibyte : DefaultMemory(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    private const long Mebibyte = 1024 * 1024;

    /// <summary>The limit of the container, or of the collector's heap, or the machine's memory divided by this.</summary>
    private const int ShareOfProcess = 4;

    /// <summary>Fits a lossless WebP of the most pixels, the most costly picture of all.</summary>
    private const long MostMemory = 512 * Mebibyte;
    private const long LeastMemory = 16 * Mebibyte;

    /// <summary>Bytes for pictures in a process that may use so many in all.</summary>
    internal static long DefaultMemory(long available) => Math.Clamp(available / ShareOfProcess, LeastMemory, MostMemory);

    /// <exception cref="ImageTooLargeException">Too many pixels.</exception>
    internal void CheckPixels(long width, long height)
    {
        // 4 bytes a pixel must fit one array, whatever the setting says.
        long most = Math.Min(MaxPixels, Array.MaxLength / 4);
        if (width * height > most)
        {
            throw new ImageTooLargeException($"The image has {width}x{height} pixels; the limit is {most}.");
        }
    }
}
