using System.IO.Compression;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace ClockFunctions.Core.Imaging;

/// <summary>Colours of another profile into sRGB: the screenshots of some phones and laptops are in a wider one.</summary>
internal static class ColorProfile
{
    private const int Rgba = 4;

    /// <summary>Many times what a profile of three colours has.</summary>
    private const int LargestProfile = 1024 * 1024;

    /// <summary>Longest name before the profile (PNG, section 11.3.2.3).</summary>
    private const int LongestName = 80;

    /// <summary>Converts in place. A profile that cannot be read changes nothing.</summary>
    /// <param name="pixels">What to convert.</param>
    /// <param name="chunk">Data of a PNG's chunk iCCP: a name, a zero, the method, and the packed profile.</param>
    public static unsafe void ToSrgb(PixelBuffer pixels, ReadOnlyMemory<byte> chunk)
    {
        int name = chunk.Span[..Math.Min(chunk.Length, LongestName)].IndexOf((byte)0);
        if (name < 0 || name + 2 > chunk.Length || Unpack(chunk[(name + 2)..]) is not { } profile)
        {
            return;
        }

        using SKColorSpace? colors = SKColorSpace.CreateIcc(profile);
        if (colors is null or { IsSrgb: true })
        {
            return;
        }

        using SKColorSpace srgb = SKColorSpace.CreateSrgb();
        SKImageInfo from = new(pixels.Width, 1, SKColorType.Rgba8888, SKAlphaType.Opaque, colors);
        SKImageInfo to = from.WithColorSpace(srgb);
        using RentedMemory<byte> row = RentedMemory<byte>.Rent(pixels.Width * Rgba);
        fixed (byte* at = row.GetSpan())
        {
            using SKPixmap source = new(from, (nint)at);
            for (int y = 0; y < pixels.Height; y++)
            {
                Span<byte> rgb = pixels.Pixels.Slice(y * pixels.Width * PixelBuffer.Channels, pixels.Width * PixelBuffer.Channels);
                Widen(rgb, row.GetSpan());
                source.ReadPixels(to, (nint)at, to.RowBytes);
                Narrow(row.GetSpan(), rgb);
            }
        }
    }

    private static byte[]? Unpack(ReadOnlyMemory<byte> packed)
    {
        byte[] profile = new byte[LargestProfile];
        using Stream stream = new ZLibStream(new PaddedStream(packed), CompressionMode.Decompress);
        try
        {
            int length = stream.ReadAtLeast(profile, profile.Length, throwOnEndOfStream: false);
            return length < profile.Length ? profile[..length] : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static void Widen(ReadOnlySpan<byte> rgb, Span<byte> rgba)
    {
        Span<uint> pixels = MemoryMarshal.Cast<byte, uint>(rgba);
        for (int x = 0, at = 0; at < rgb.Length; x++, at += PixelBuffer.Channels)
        {
            pixels[x] = rgb[at] | ((uint)rgb[at + 1] << 8) | ((uint)rgb[at + 2] << 16) | 0xFF000000;
        }
    }

    private static void Narrow(ReadOnlySpan<byte> rgba, Span<byte> rgb)
    {
        for (int from = 0, at = 0; at < rgb.Length; from += Rgba, at += PixelBuffer.Channels)
        {
            rgba.Slice(from, PixelBuffer.Channels).CopyTo(rgb[at..]);
        }
    }
}
