using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Pbm;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tga;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;

namespace ClockFunctions.Core.Imaging;

/// <summary>
/// PNG, GIF, BMP, TIFF, TGA and Netpbm through ImageSharp: managed code that cannot take the process down with it. It decodes every
/// pixel; what comes out is shrunk at once, as a JPEG is while it is decoded. It sees no metadata (docs/imaging.md says why).
/// </summary>
internal sealed class SharpPicture : OpenPicture
{
    private const int OpaqueChannels = 3;
    private const int AlphaChannels = 4;

    /// <summary>Tables, and rows in whatever form a decoder takes them through.</summary>
    private const long Tables = 2 * 1024 * 1024;
    private const int RowBytesAPixel = 32;

    private readonly ReadOnlyMemory<byte> _encoded;
    private readonly Look _look;
    private readonly long _decoderBytes;
    private readonly int _reduction;

    private SharpPicture(ReadOnlyMemory<byte> encoded, ImageHeader header, Look look, long decoderBytes, long resultBytes, int reduction)
        : base(header, decoderBytes + resultBytes, Reduced(look.Width, reduction), Reduced(look.Height, reduction))
    {
        _encoded = encoded;
        _look = look;
        _decoderBytes = decoderBytes;
        _reduction = reduction;
    }

    /// <exception cref="ImageException">The header is damaged, or the image too large.</exception>
    public static SharpPicture Open(ReadOnlyMemory<byte> encoded, ImageFormat format, ImageLimits limits, int minimumShortSide)
    {
        Look look = format switch
        {
            ImageFormat.Png => OfPng(PngHeader.Read(encoded.Span)),
            ImageFormat.Tiff => OfTiff(TiffPage.Read(encoded.Span)),
            _ => Identified(encoded, format),
        };
        limits.CheckPixels(look.Width, look.Height);
        int reduction = Reduction(look.Width, look.Height, minimumShortSide);
        long pixels = (long)look.Width * look.Height;
        long decoder = (pixels * (look.HasAlpha ? AlphaChannels : OpaqueChannels)) + look.WorkingBytes
            + ((long)look.Width * RowBytesAPixel) + encoded.Length + Tables;
        long result = (long)Reduced(look.Width, reduction) * Reduced(look.Height, reduction) * PixelBuffer.Channels;
        ImageHeader header = Raster.SwapsSides(look.Orientation)
            ? new ImageHeader(format, look.Height, look.Width)
            : new ImageHeader(format, look.Width, look.Height);
        return new SharpPicture(encoded, header, look, decoder, look.Orientation > 1 ? 2 * result : result, reduction);
    }

    public override PixelBuffer Decode()
    {
        PixelBuffer reduced = _look.HasAlpha ? Decode<Rgba32>(AlphaChannels) : Decode<Rgb24>(OpaqueChannels);
        try
        {
            if (!_look.Profile.Equals(default))
            {
                ColorProfile.ToSrgb(reduced, _encoded[_look.Profile]);
            }

            return Raster.Upright(reduced, _look.Orientation);
        }
        catch
        {
            reduced.Dispose();
            throw;
        }
    }

    public override void Dispose()
    {
        // Everything that decoding takes is given back when it is over.
    }

    private PixelBuffer Decode<TPixel>(int channels)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        using DecodeMemory memory = new(_decoderBytes);
        using PaddedStream stream = new(_encoded, _look.Patch, _look.PatchAt);
        using Image<TPixel> image = Decode<TPixel>(Configure(memory), stream);
        if (IsCut(stream))
        {
            throw new InvalidImageContentException($"The {Header.Format.Name()} data ends before the image is complete.");
        }

        return image.Width == _look.Width && image.Height == _look.Height
            && image.DangerousTryGetSinglePixelMemory(out Memory<TPixel> pixels)
            ? Raster.Reduce(MemoryMarshal.AsBytes(pixels.Span), channels, image.Width, image.Height, _reduction)
            : throw new InvalidImageContentException($"The {Header.Format.Name()} header does not tell the size of the image.");
    }

    private Image<TPixel> Decode<TPixel>(Configuration configuration, Stream stream)
        where TPixel : unmanaged, IPixel<TPixel> => Header.Format switch
        {
            ImageFormat.Png => new PngDecoder { IgnoreMetadata = true }.Decode<TPixel>(configuration, stream, default),
            ImageFormat.Gif => new GifDecoder { IgnoreMetadata = true, DecodingMode = FrameDecodingMode.First }
                .Decode<TPixel>(configuration, stream, default),
            ImageFormat.Bmp => new BmpDecoder().Decode<TPixel>(configuration, stream, default),
            ImageFormat.Tiff => new TiffDecoder { IgnoreMetadata = true, DecodingMode = FrameDecodingMode.First }
                .Decode<TPixel>(configuration, stream, default),
            ImageFormat.Tga => new TgaDecoder().Decode<TPixel>(configuration, stream, default),
            ImageFormat.Pbm => new PbmDecoder().Decode<TPixel>(configuration, stream, default),
            _ => throw new NotSupportedException($"{Header.Format} is decoded elsewhere."),
        };

    /// <summary>Whether the decoder read on behind the end of the file.</summary>
    private bool IsCut(PaddedStream stream) => Header.Format switch
    {
        ImageFormat.Tiff => false, // TiffPage has checked that all of it is there; the decoder goes back and forth.
        ImageFormat.Gif => stream.PastEnd > 1, // Many lack the last byte, which only says that nothing follows.
        ImageFormat.Pbm when _encoded.Span[1] <= '3' => stream.PastEnd > 1, // The last number may end with the file.
        _ => stream.PastEnd > 0,
    };

    private static Configuration Configure(DecodeMemory memory) =>
        new() { MemoryAllocator = memory, PreferContiguousImageBuffers = true, MaxDegreeOfParallelism = 1 };

    private static Look OfPng(PngHeader header) =>
        new(header.Width, header.Height, header.HasAlpha) { Orientation = header.Orientation, Profile = header.Profile };

    private static Look OfTiff(TiffPage page) => new(page.Width, page.Height, page.HasAlpha)
    {
        Orientation = page.Orientation,
        WorkingBytes = 3 * page.StripBytes, // the strip, and what a JPEG within it takes
        Patch = page.Directory,
        PatchAt = page.DirectoryAt,
    };

    private static Look Identified(ReadOnlyMemory<byte> encoded, ImageFormat format)
    {
        IImageInfoDetector decoder = format switch
        {
            ImageFormat.Gif => new GifDecoder { IgnoreMetadata = true, DecodingMode = FrameDecodingMode.First },
            ImageFormat.Bmp => new BmpDecoder(),
            ImageFormat.Tga => new TgaDecoder(),
            ImageFormat.Pbm => new PbmDecoder(),
            _ => throw new NotSupportedException($"{format} is looked at elsewhere."),
        };
        CheckPalette(encoded.Span, format);
        using DecodeMemory memory = new(Tables + encoded.Length);
        using PaddedStream stream = new(encoded);
        IImageInfo info = decoder.Identify(Configure(memory), stream, default);
        if (info.Width < 1 || info.Height < 1)
        {
            throw new InvalidImageContentException($"The {format.Name()} header is damaged or of a kind that is not read.");
        }

        int bits = info.PixelType.BitsPerPixel;
        bool alpha = format switch
        {
            ImageFormat.Bmp => bits is 16 or 32,
            ImageFormat.Tga => info.Metadata.GetTgaMetadata().AlphaChannelBits > 0 || bits is 16 or 32,
            ImageFormat.Gif => true,
            _ => false,
        };
        (byte[] patch, int patchAt) = format == ImageFormat.Pbm ? PbmPixels.Patch(encoded.Span) : ([], 0);
        return new Look(info.Width, info.Height, alpha)
        {
            WorkingBytes = (long)info.Width * info.Height * Unpacked(encoded.Span, format),
            Patch = patch,
            PatchAt = patchAt,
        };
    }

    /// <summary>A decoder makes room for a palette as long as a BMP's header says, before it looks whether there is one.</summary>
    private static void CheckPalette(ReadOnlySpan<byte> encoded, ImageFormat format)
    {
        const int PixelsAt = 10;
        if (format == ImageFormat.Bmp
            && (encoded.Length < PixelsAt + 4 || BinaryPrimitives.ReadUInt32LittleEndian(encoded[PixelsAt..]) > encoded.Length))
        {
            throw new InvalidImageContentException("The BMP header is damaged or of a kind that is not read.");
        }
    }

    /// <summary>Bytes a pixel that run lengths are unpacked to before the pixels are made.</summary>
    private static int Unpacked(ReadOnlySpan<byte> encoded, ImageFormat format)
    {
        const int TgaKind = 2, FirstPackedKind = 9, BmpHeaderBytes = 14, BmpCompression = 30, LongHeader = 40;
        return format switch
        {
            ImageFormat.Tga when encoded[TgaKind] >= FirstPackedKind => 4,
            ImageFormat.Bmp when BinaryPrimitives.ReadUInt32LittleEndian(encoded[BmpHeaderBytes..]) >= LongHeader
                => BinaryPrimitives.ReadUInt32LittleEndian(encoded[BmpCompression..]) switch
                {
                    1 or 2 => 2, // indices of the palette, and which were set
                    4 => 4, // colours, and which were set
                    _ => 0,
                },
            _ => 0,
        };
    }

    /// <summary>What the header says.</summary>
    private sealed record Look(int Width, int Height, bool HasAlpha)
    {
        public int Orientation { get; init; } = 1;

        /// <summary>What decoding takes beside the pixels.</summary>
        public long WorkingBytes { get; init; }

        /// <summary>Where a colour profile is in the file.</summary>
        public Range Profile { get; init; }

        /// <summary>Bytes to read instead of those in the file.</summary>
        public byte[] Patch { get; init; } = [];

        public int PatchAt { get; init; }
    }
}
