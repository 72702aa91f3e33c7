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
