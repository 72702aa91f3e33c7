using System.Buffers.Binary;

namespace ClockFunctions.Core.Imaging;

/// <summary>
/// The first directory of a TIFF (revision 6.0, section 2), read with our own bounds checks: limits hold before the TIFF library
/// sees the file, and no entry can make it allocate for data that the file does not have.
/// </summary>
internal sealed record TiffHeader(int Width, int Height, int Orientation)
{
    private const int EntryBytes = 12;

    /// <summary>More channels or bits than any photo has; libraries multiply them when they size their buffers.</summary>
    private const int MostSamples = 8;
    private const int MostBits = 32;

    /// <summary>Bytes of one value, by field type 1–13.</summary>
    private static readonly byte[] TypeBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];

    /// <exception cref="InvalidImageContentException">The directory is damaged or asks for something absurd.</exception>
    public static TiffHeader Read(ReadOnlySpan<byte> file)
    {
        bool little = file[0] == (byte)'I';
        long directory = file.Length >= 8 ? U32(file[4..], little) : 0;
        if (directory < 8 || directory + 2 > file.Length)
        {
            throw Damaged();
        }

        int entries = U16(file[(int)directory..], little);
        if (directory + 2 + (long)entries * EntryBytes > file.Length)
        {
            throw Damaged();
        }

        long width = 0, height = 0, orientation = 1, samples = 1, bits = 1;
        for (int i = 0; i < entries; i++)
        {
            ReadOnlySpan<byte> entry = file.Slice((int)directory + 2 + i * EntryBytes, EntryBytes);
            long value = FirstValue(file, entry, little);
            switch (U16(entry, little))
            {
                case 256: width = value; break;
                case 257: height = value; break;
                case 258: bits = value; break;
                case 274: orientation = value; break;
                case 277: samples = value; break;
                default: break;
            }
        }

        if (width is < 1 or > int.MaxValue || height is < 1 or > int.MaxValue
            || samples is < 1 or > MostSamples || bits is < 1 or > MostBits)
        {
            throw Damaged();
        }

        return new TiffHeader((int)width, (int)height, orientation is >= 1 and <= 8 ? (int)orientation : 1);
    }

    /// <summary>The entry's first value if it is an integer, else 0; checks that all of its values lie in the file.</summary>
    private static long FirstValue(ReadOnlySpan<byte> file, ReadOnlySpan<byte> entry, bool little)
    {
        int type = U16(entry[2..], little);
        long count = U32(entry[4..], little);
        if (type == 0 || type >= TypeBytes.Length)
        {
            return 0; // Unknown types are to be skipped, says the specification.
        }

        ReadOnlySpan<byte> values = entry[8..];
        long length = count * TypeBytes[type];
        if (length > 4)
        {
            long at = U32(values, little);
            if (at + length > file.Length)
            {
                throw Damaged();
            }

            values = file[(int)at..];
        }

        return (count, type) switch
        {
            (0, _) => 0,
            (_, 1) => values[0],
            (_, 3) => U16(values, little),
            (_, 4) => U32(values, little),
            _ => 0,
        };
    }

    private static int U16(ReadOnlySpan<byte> at, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);

    private static long U32(ReadOnlySpan<byte> at, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(at) : BinaryPrimitives.ReadUInt32BigEndian(at);

    private static InvalidImageContentException Damaged() => new("The TIFF header is damaged or of a kind that is not read.");
}
