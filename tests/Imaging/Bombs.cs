using System.Buffers.Binary;
using System.IO.Compression;

namespace ClockFunctions.Tests.Imaging;

/// <summary>Small files that ask for much: each is nearly a picture, and costs a careless decoder gigabytes.</summary>
public static class Bombs
{
    /// <summary>10,000 × 10,000 pixels: as many as the default limit allows.</summary>
    public const int Side = 10_000;

    /// <summary>Every bomb, by a name that tells what it is.</summary>
    public static IEnumerable<(string Name, Func<byte[]> Make)> All { get; } =
    [
        ("100mp.png", () => Png(Side, Side, 2)),
        ("100mp-alpha.png", () => Png(Side, Side, 6)),
        ("100mp.gif", () => Gif(Side, Side, 1)),
        ("100mp.bmp", () => Bmp(Side, Side)),
        ("100mp-group4.tif", () => GroupFourTiff(Side, Side)),
        ("100mp-lossless.webp", () => LosslessWebP(Side, Side, groups: 1)),
        ("100mp-row.png", () => Png(Side * Side, 1, 0)),
        ("10000-frames.gif", () => Gif(300, 200, 10_000)),
        ("500000-chunks.png", () => Png(8, 8, 2, [.. Enumerable.Range(0, 500_000).SelectMany(_ => PngChunk("tEXt"u8, "k\0v"u8))])),
        ("1gb-of-text.png", () => Png(8, 8, 2, PngChunk("zTXt"u8, [.. "k\0\0"u8, .. Packed(Enumerable.Repeat(new byte[1 << 20], 1024))]))),
        ("progressive.jpg", () => ProgressiveJpeg(8000, 8000)),
        ("100mp-progressive.jpg", () => ProgressiveJpeg(Side, Side)),
        ("65536-tables.webp", () => LosslessWebP(100, 100, groups: 65_536)),
        ("overlapping-entries.tif", () => OverlappingTiff(400, 4 << 20)),
        ("60000-entries.tif", () => OverlappingTiff(60_000, 1)),
    ];

    /// <summary>All zero; of any colour type with 8 bits a channel.</summary>
    public static byte[] Png(int width, int height, byte colorType, params byte[] chunks)
    {
        byte[] header = [0, 0, 0, 0, 0, 0, 0, 0, 8, colorType, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        int channels = colorType switch { 0 => 1, 2 => 3, _ => 4 };
        byte[] pixels = Packed(Enumerable.Repeat(new byte[1 + (width * channels)], height));
        return
        [
            0x89, .. "PNG\r\n"u8, 0x1A, 0x0A,
            .. PngChunk("IHDR"u8, header), .. chunks, .. PngChunk("IDAT"u8, pixels), .. PngChunk("IEND"u8, []),
        ];
    }

    /// <summary>Every frame of colour 0, as runs that grow by one with each code.</summary>
    public static byte[] Gif(int width, int height, int frames)
    {
        const int Clear = 256, End = 257, FirstRun = 258, LastCode = 4095;
        List<byte> packed = [];
        int bits = 0, filled = 0, size = 9;
        long left = (long)width * height;
        while (left > 0)
        {
            Put(Clear);
            size = 9;
            Put(0);
            left--;
            for (int code = FirstRun, run = 2; code <= LastCode && left > 0; code++, run++)
            {
                Put(code);
                left -= run;
                size = code + 1 >= 1 << size && size < 12 ? size + 1 : size;
            }
        }

        Put(End);
        packed.Add((byte)bits);

        byte[] frame =
        [
            0x2C, 0, 0, 0, 0, (byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8), 0, 8,
            .. packed.Chunk(255).SelectMany(block => (byte[])[(byte)block.Length, .. block]), 0,
        ];
        return
        [
            .. "GIF89a"u8, (byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8), 0xF7, 0, 0, .. new byte[768],
            .. Enumerable.Repeat(frame, frames).SelectMany(bytes => bytes), 0x3B,
        ];

        void Put(int code)
        {
            bits |= code << filled;
            for (filled += size; filled >= 8; filled -= 8, bits >>= 8)
            {
                packed.Add((byte)bits);
            }
        }
    }

    /// <summary>One bit a pixel.</summary>
    public static byte[] Bmp(int width, int height)
    {
        int stride = (width + 31) / 32 * 4;
        byte[] file = new byte[62 + (stride * height)];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        (file[10], file[14], file[26], file[28]) = (62, 40, 1, 1);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), height);
        return file;
    }

    /// <summary>White: a bit a row says that it is like the one above.</summary>
    public static byte[] GroupFourTiff(int width, int height)
    {
        byte[] data = [.. Enumerable.Repeat((byte)0xFF, (height + 7) / 8), 0x00, 0x10, 0x01];
        (int Tag, int Type, int Count, int Value)[] entries =
        [
            (256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 1), (259, 3, 1, 4), (262, 3, 1, 0), (273, 4, 1, 8), (277, 3, 1, 1),
            (278, 4, 1, height), (279, 4, 1, data.Length),
        ];
        return Tiff(data, entries);
    }

    /// <summary>A picture of 8 × 8 whose further entries all point to the same bytes.</summary>
    public static byte[] OverlappingTiff(int entries, int bytesEach)
    {
        byte[] data = new byte[Math.Max(64, bytesEach)];
        IEnumerable<(int Tag, int Type, int Count, int Value)> photo =
        [
            (256, 3, 1, 8), (257, 3, 1, 8), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 8), (277, 3, 1, 1), (278, 3, 1, 8),
            (279, 4, 1, 64),
        ];
        return Tiff(data, [.. photo, .. Enumerable.Range(1000, entries).Select(tag => (tag, 7, bytesEach, 8))]);
    }

    /// <summary>One colour, without a bit a pixel; or with as many tables of codes as the format can name.</summary>
    public static byte[] LosslessWebP(int width, int height, int groups)
    {
        List<bool> bits = [];
        Put(0x2F, 8);
        Put(width - 1, 14);
        Put(height - 1, 14);
        Put(0, 6); // no opacity, version 0, no transform, no cache of colours
        Put(groups > 1 ? 1 : 0, 1);
        if (groups > 1)
        {
            Put(0, 4); // squares of 4 pixels, no cache of colours: the picture that says which square has which table
            int last = groups - 1;
            Codes(last & 0xFF, last >> 8);
        }

        for (int group = 0; group < groups; group++)
        {
            Codes(100, 200);
        }

        while (bits.Count % 16 != 0)
        {
            bits.Add(false);
        }

        byte[] data = [.. bits.Chunk(8).Select(eight => (byte)eight.Select((bit, i) => bit ? 1 << i : 0).Sum())];
        byte[] file = [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBPVP8L"u8, 0, 0, 0, 0, .. data];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(16), data.Length);
        return file;

        void Codes(int green, int red)
        {
            Code(green);
            Code(red);
            Code(0);
            Code(255);
            Put(0b0001, 4); // distance: one symbol, 0
        }

        void Code(int symbol)
        {
            Put(0b101, 3); // simple, one symbol, of eight bits
            Put(symbol, 8);
        }

        void Put(int value, int count)
        {
            for (int i = 0; i < count; i++)
            {
                bits.Add(((value >> i) & 1) == 1);
            }
        }
    }

    /// <summary>A header, and the beginning of the first of many scans: all coefficients have to be kept until the last.</summary>
    public static byte[] ProgressiveJpeg(int width, int height) =>
    [
        0xFF, 0xD8,
        0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)8, 64),
        0xFF, 0xC2, 0, 17, 8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0,
        0xFF, 0xC4, 0, 20, 0x00, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 0, 0,
        .. new byte[64],
        0xFF, 0xD9,
    ];

    private static byte[] Tiff(byte[] data, (int Tag, int Type, int Count, int Value)[] entries)
    {
        using MemoryStream file = new();
        using BinaryWriter writer = new(file);
        writer.Write([.. "II*\0"u8]);
        writer.Write(8 + data.Length);
        writer.Write(data);
        writer.Write((ushort)entries.Length);
        foreach ((int tag, int type, int count, int value) in entries)
        {
            writer.Write((ushort)tag);
            writer.Write((ushort)type);
            writer.Write(count);
            writer.Write(value);
        }

        writer.Write(0);
        return file.ToArray();
    }

    private static byte[] Packed(IEnumerable<byte[]> pieces)
    {
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            foreach (byte[] piece in pieces)
            {
                zlib.Write(piece);
            }
        }

        return packed.ToArray();
    }

    private static byte[] PngChunk(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        byte[] chunk = [0, 0, 0, 0, .. name, .. data, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc32(chunk.AsSpan(4, chunk.Length - 8)));
        return chunk;
    }

    private static uint Crc32(ReadOnlySpan<byte> data)
    {
        uint crc = ~0u;
        foreach (byte b in data)
        {
            crc ^= b;
            for (int i = 0; i < 8; i++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320u);
            }
        }

        return ~crc;
    }
}
