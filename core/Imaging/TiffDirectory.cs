using System.Buffers.Binary;

namespace ClockFunctions.Core.Imaging;

/// <summary>
/// The first directory of a TIFF (revision 6.0, section 2), which is also what EXIF data is. Every bound is checked: no entry
/// can point outside of the file, or make a library allocate for data that the file does not have.
/// </summary>
internal readonly ref struct TiffDirectory
{
    public const int Orientation = 274;

    private const int EntryBytes = 12;

    /// <summary>Bytes of one value, by field type 1–13.</summary>
    private static readonly byte[] TypeBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];

    private readonly ReadOnlySpan<byte> _file;
    private readonly ReadOnlySpan<byte> _entries;
    private readonly bool _little;

    private TiffDirectory(ReadOnlySpan<byte> file, ReadOnlySpan<byte> entries, bool little)
    {
        _file = file;
        _entries = entries;
        _little = little;
    }

    /// <returns>False if the directory or anything it points to does not lie in the file.</returns>
    public static bool TryRead(ReadOnlySpan<byte> file, out TiffDirectory directory)
    {
        directory = default;
        if (file.Length < 8 || (file[0] != (byte)'I' && file[0] != (byte)'M'))
        {
            return false;
        }

        bool little = file[0] == (byte)'I';
        long at = U32(file[4..], little);
        if (at + 2 > file.Length)
        {
            return false;
        }

        int bytes = U16(file[(int)at..], little) * EntryBytes;
        if (at + 2 + bytes > file.Length)
        {
            return false;
        }

        directory = new TiffDirectory(file, file.Slice((int)at + 2, bytes), little);
        for (int i = 0; i < bytes; i += EntryBytes)
        {
            if (!directory.IsInFile(directory._entries.Slice(i, EntryBytes)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The first value of a tag if it is a byte, a short or a long; <paramref name="missing"/> where there is none.</summary>
    public long Value(int tag, long missing)
    {
        for (int i = 0; i < _entries.Length; i += EntryBytes)
        {
            ReadOnlySpan<byte> entry = _entries.Slice(i, EntryBytes);
            if (U16(entry, _little) == tag && U32(entry[4..], _little) > 0)
            {
                ReadOnlySpan<byte> values = Length(entry) > 4 ? _file[(int)U32(entry[8..], _little)..] : entry[8..];
                return U16(entry[2..], _little) switch
                {
                    1 => values[0],
                    3 => U16(values, _little),
                    4 => U32(values, _little),
                    _ => missing,
                };
            }
        }

        return missing;
    }

    private bool IsInFile(ReadOnlySpan<byte> entry)
    {
        long length = Length(entry);
        return length <= 4 || U32(entry[8..], _little) + length <= _file.Length;
    }

    /// <summary>Bytes of an entry's values; 0 for types that the specification says to skip.</summary>
    private long Length(ReadOnlySpan<byte> entry)
    {
        int type = U16(entry[2..], _little);
        return type < TypeBytes.Length ? U32(entry[4..], _little) * TypeBytes[type] : 0;
    }

    private static int U16(ReadOnlySpan<byte> at, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);

    private static long U32(ReadOnlySpan<byte> at, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(at) : BinaryPrimitives.ReadUInt32BigEndian(at);
}
