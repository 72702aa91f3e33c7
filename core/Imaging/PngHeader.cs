using System.Buffers.Binary;

namespace ClockFunctions.Core.Imaging;

/// <summary>
/// What a PNG says before its pixels (PNG, third edition). Metadata is read here and not by the decoder, which unpacks every
/// compressed text whatever its size: a file of one megabyte cost it three gigabytes.
/// </summary>
/// <param name="Width">Width as stored, in pixels.</param>
/// <param name="Height">Height as stored, in pixels.</param>
/// <param name="HasAlpha">Whether pixels may be transparent.</param>
/// <param name="Orientation">Of chunk eXIf, 1–8; 1 (upright) where there is none or it is damaged.</param>
/// <param name="Profile">Where the data of chunk iCCP is in the file; empty where there is none.</param>
internal readonly record struct PngHeader(int Width, int Height, bool HasAlpha, int Orientation, Range Profile)
{
    private const int SignatureBytes = 8;
    private const int ChunkOverhead = 12; // length, name, checksum
    private const int HeaderBytes = 13;
    private const int AlphaBit = 4; // of the colour type

    /// <exception cref="InvalidImageContentException">The header is damaged, or the file ends before any pixels.</exception>
    public static PngHeader Read(ReadOnlySpan<byte> png)
    {
        PngHeader header = default;
        for (int at = SignatureBytes; at + ChunkOverhead <= png.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(png[at..]);
            ReadOnlySpan<byte> name = png.Slice(at + 4, 4);
            bool isHeader = name.SequenceEqual("IHDR"u8);
            if (isHeader != (at == SignatureBytes) || (isHeader && length != HeaderBytes))
            {
                break;
            }

            if (name.SequenceEqual("IDAT"u8))
            {
                return header;
            }

            if (length > png.Length - at - ChunkOverhead)
            {
                break;
            }

            header = header.With(name, png, new Range(at + 8, at + 8 + (int)length));
            at += (int)length + ChunkOverhead;
        }

        throw new InvalidImageContentException("The PNG header is damaged or of a kind that is not read.");
    }

    private PngHeader With(ReadOnlySpan<byte> name, ReadOnlySpan<byte> png, Range data) => name switch
    {
        _ when name.SequenceEqual("IHDR"u8) => Start(png[data]),
        _ when name.SequenceEqual("tRNS"u8) => this with { HasAlpha = true },
        _ when name.SequenceEqual("iCCP"u8) => this with { Profile = data },
        _ when name.SequenceEqual("eXIf"u8) => this with
        {
            Orientation = TiffDirectory.TryRead(png[data], out TiffDirectory exif) ? (int)exif.Value(TiffDirectory.Orientation, 1) : 1,
        },
        _ => this,
    };

    private static PngHeader Start(ReadOnlySpan<byte> data)
    {
        uint width = BinaryPrimitives.ReadUInt32BigEndian(data);
        uint height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        return width is >= 1 and <= int.MaxValue && height is >= 1 and <= int.MaxValue
            ? new PngHeader((int)width, (int)height, (data[9] & AlphaBit) != 0, 1, default)
            : throw new InvalidImageContentException("The PNG header is damaged or of a kind that is not read.");
    }
}
