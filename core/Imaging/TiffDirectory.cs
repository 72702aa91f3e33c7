using System.Buffers.Binary;

namespace ClockFunctions.Core.Imaging;

/// <summary>
/// The first directory of a TIFF (revision 6.0, section 2), which is also what EXIF data is. Every bound is checked: no entry
/// can point outside of the file, or make a library allocate for data that the file does not have.
/// </summary>
internal readonly ref struct TiffDirectory
{
    public const int Orientation = 274;

    /// <summary>Tag, type, number of values, and the values or where they are.</summary>
    public const int EntryBytes = 12;

    /// <summary>Bytes of one value, by field type 1–13.</summary>
    private static readonly byte[] TypeBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];

    private readonly ReadOnlySpan<byte> _file;
    private readonly ReadOnlySpan<byte> _entries;
    private readonly bool _little;

    private TiffDirectory(ReadOnlySpan<byte> file, int entriesAt, ReadOnlySpan<byte> entries, bool little)
    {
        _file = file;
        EntriesAt = entriesAt;
        _entries = entries;
        _little = little;
    }

    /// <summary>Number of entries.</summary>
    public int Count => _entries.Length / EntryBytes;

    /// <summary>Where the entries begin in the file.</summary>
    public int EntriesAt { get; }

    /// <summary>The entries as they are in the file.</summary>
    public ReadOnlySpan<byte> Entries => _entries;

    /// <summary>Whether numbers are stored with their lowest byte first.</summary>
    public bool IsLittle => _little;

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

        directory = new TiffDirectory(file, (int)at + 2, file.Slice((int)at + 2, bytes), little);
        for (int i = 0; i < bytes; i += EntryBytes)
        {
            if (!directory.IsInFile(directory._entries.Slice(i, EntryBytes)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Tag, field type and number of values of an entry.</summary>
    public (int Tag, int Type, long Values) Entry(int index)
    {
        ReadOnlySpan<byte> entry = _entries.Slice(index * EntryBytes, EntryBytes);
        return (U16(entry, _little), U16(entry[2..], _little), U32(entry[4..], _little));
    }

    /// <summary>The first value of a tag if it is a byte, a short or a long; <paramref name="missing"/> where there is none.</summary>
    public long Value(int tag, long missing) => Values(tag, 1) is [long first, ..] ? first : missing;

    /// <summary>The values of a tag if they are bytes, shorts or longs; none where there are none.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="most">Further values are left out, but for one, which shows that there are more.</param>
    public long[] Values(int tag, int most)
    {
        for (int i = 0; i < Count; i++)
        {
            (int found, int type, long count) = Entry(i);
            if (found == tag && count > 0)
            {
                ReadOnlySpan<byte> entry = _entries.Slice(i * EntryBytes, EntryBytes);
                ReadOnlySpan<byte> values = Length(entry) > 4 ? _file[(int)U32(entry[8..], _little)..] : entry[8..];
                long[] read = new long[type is 1 or 3 or 4 ? Math.Min(count, (long)most + 1) : 0];
                for (int value = 0; value < read.Length; value++)
                {
                    read[value] = type switch
                    {
                        1 => values[value],
                        3 => U16(values[(2 * value)..], _little),
                        _ => U32(values[(4 * value)..], _little),
                    };
                }

                return read;
            }
        }

        return [];
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
