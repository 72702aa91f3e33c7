using System.Buffers.Binary;

namespace ClockFunctions.Core.Imaging;

/// <summary>
/// The first page of a TIFF, looked at before a decoder sees the file. The decoder reads every entry of every directory: a few
/// kilobytes of entries that all point to the same megabytes would cost it gigabytes. So it gets this one directory
/// with only the entries that its pixels need, each checked.
/// </summary>
/// <param name="Width">Width as stored, in pixels.</param>
/// <param name="Height">Height as stored, in pixels.</param>
/// <param name="Orientation">As in EXIF, 1–8.</param>
/// <param name="HasAlpha">Whether there is a further channel beside the colours.</param>
/// <param name="StripBytes">Size of the largest strip when decompressed, all planes together.</param>
/// <param name="DirectoryAt">Where the directory's entries begin in the file.</param>
/// <param name="Directory">The entries to read instead, and that no further directory follows.</param>
internal sealed record TiffPage(int Width, int Height, int Orientation, bool HasAlpha, long StripBytes, int DirectoryAt, byte[] Directory)
{
    private const int WidthTag = 256;
    private const int HeightTag = 257;
    private const int BitsTag = 258;
    private const int StripOffsets = 273;
    private const int SamplesTag = 277;
    private const int RowsPerStrip = 278;
    private const int StripBytesTag = 279;
    private const int PlanarTag = 284;
    private const int TileWidth = 322;
    private const int ExtraSamples = 338;
    private const int Separate = 2; // planes one after the other

    /// <summary>More channels or bits than any photo has.</summary>
    private const int MostSamples = 8;
    private const int MostBits = 32;

    /// <summary>Many more entries and values than a photo's directory has: the decoder's time grows with their square.</summary>
    private const int MostEntries = 512;
    private const int MostValues = 200_000;

    private const string Unread = "The TIFF header is damaged or of a kind that is not read.";

    /// <summary>What pixels depend on (TIFF 6.0): everything else is metadata.</summary>
    private static readonly HashSet<int> PixelTags =
    [
        WidthTag, HeightTag, BitsTag, 259, 262, 266, StripOffsets, SamplesTag, RowsPerStrip, StripBytesTag, PlanarTag, 292, 293, 317, 320,
        ExtraSamples, 339, 347, 529, 530, 532,
    ];

    /// <exception cref="InvalidImageContentException">The directory is damaged, absurd or of a kind that is not read.</exception>
    public static TiffPage Read(ReadOnlySpan<byte> file)
    {
        if (!TiffDirectory.TryRead(file, out TiffDirectory directory)
            || directory.Count > MostEntries
            || directory.Value(WidthTag, 0) is not (>= 1 and <= int.MaxValue and long width)
            || directory.Value(HeightTag, 0) is not (>= 1 and <= int.MaxValue and long height)
            || directory.Value(SamplesTag, 1) is not (>= 1 and <= MostSamples and long samples)
            || directory.Value(BitsTag, 1) is not (>= 1 and <= MostBits and long bits))
        {
            throw new InvalidImageContentException(Unread);
        }

        if (directory.Value(TileWidth, 0) != 0)
        {
            throw new InvalidImageContentException("TIFF images in tiles are not read.");
        }

        long rows = Math.Clamp(directory.Value(RowsPerStrip, height), 1, height);
        long planes = directory.Value(PlanarTag, 1) == Separate ? samples : 1;
        CheckStrips(directory, file.Length, (height + rows - 1) / rows * planes);

        long orientation = directory.Value(TiffDirectory.Orientation, 1);
        return new TiffPage(
            (int)width, (int)height, orientation is >= 1 and <= 8 ? (int)orientation : 1, directory.Value(ExtraSamples, -1) >= 0,
            ((width * bits * samples) + 7) / 8 * rows, directory.EntriesAt, Rewrite(directory, (uint)rows));
    }

    /// <summary>All strips are there, lie in the file and do not hold more than it: the decoder would read them again and again.</summary>
    private static void CheckStrips(TiffDirectory directory, int fileLength, long strips)
    {
        long[] at = directory.Values(StripOffsets, MostValues);
        long[] lengths = directory.Values(StripBytesTag, MostValues);
        if (at.Length == 0 || at.Length > MostValues || lengths.Length != at.Length)
        {
            throw new InvalidImageContentException(Unread);
        }

        if (at.Length < strips || at.Zip(lengths).Any(strip => strip.First + strip.Second > fileLength) || lengths.Sum() > fileLength)
        {
            throw new InvalidImageContentException("The TIFF data ends before the image is complete.");
        }
    }

    private static byte[] Rewrite(TiffDirectory directory, uint rowsPerStrip)
    {
        const int Short = 3, Long = 4, NoType = 0;
        byte[] entries = [.. directory.Entries, 0, 0, 0, 0];
        bool little = directory.IsLittle;
        for (int i = 0; i < directory.Count; i++)
        {
            Span<byte> entry = entries.AsSpan(i * TiffDirectory.EntryBytes, TiffDirectory.EntryBytes);
            (int tag, int type, long count) = directory.Entry(i);
            if (!PixelTags.Contains(tag))
            {
                Write16(entry[2..], NoType); // The decoder passes over types that it does not know.
            }
            else if (count > MostValues)
            {
                throw new InvalidImageContentException(Unread);
            }
            else if (tag == RowsPerStrip && type is Short or Long)
            {
                Write16(entry[2..], Long);
                Write32(entry[4..], 1);
                Write32(entry[8..], rowsPerStrip);
            }
        }

        return entries;

        void Write16(Span<byte> to, ushort value)
        {
            if (little)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(to, value);
            }
            else
            {
                BinaryPrimitives.WriteUInt16BigEndian(to, value);
            }
        }

        void Write32(Span<byte> to, uint value)
        {
            if (little)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(to, value);
            }
            else
            {
                BinaryPrimitives.WriteUInt32BigEndian(to, value);
            }
        }
    }
}
