using System.Buffers.Binary;

namespace ClockFunctions.Core.Imaging;

/// <summary>The orientation in a PNG's eXIf chunk (PNG, third edition, section 11.3.4.5), which Skia does not tell.</summary>
internal static class PngOrientation
{
    private const int SignatureBytes = 8;
    private const int ChunkOverhead = 12; // length, name, checksum

    /// <returns>1–8; 1 (upright) where there is none or it is damaged. Chunks after the pixels are not looked at.</returns>
    public static int Of(ReadOnlySpan<byte> png)
    {
        for (int at = SignatureBytes; at + ChunkOverhead <= png.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(png[at..]);
            ReadOnlySpan<byte> name = png.Slice(at + 4, 4);
            if (length > png.Length - at - ChunkOverhead || name.SequenceEqual("IDAT"u8))
            {
                break;
            }

            if (name.SequenceEqual("eXIf"u8))
            {
                return TiffDirectory.TryRead(png.Slice(at + 8, (int)length), out TiffDirectory exif)
                    ? (int)exif.Value(TiffDirectory.Orientation, 1)
                    : 1;
            }

            at += (int)length + ChunkOverhead;
        }

        return 1;
    }
}
