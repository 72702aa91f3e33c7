using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using ClockFunctions.Core.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Tiff.Constants;
using SixLabors.ImageSharp.PixelFormats;
using SkiaSharp;

namespace ClockFunctions.Tests.Imaging;

/// <summary>Encodes small images in every format, by hand where no encoder is at hand.</summary>
internal static class SomeImage
{
    // What the numbers of a TIFF's pixels mean: tag 262 (TIFF 6.0).
    public const int BlackIsZero = 1;
    public const int Rgb = 2;
    public const int Separated = 5;

    /// <summary>Every format that is read.</summary>
    public static readonly ImageFormat[] Formats = Enum.GetValues<ImageFormat>();

    /// <summary>
    /// A picture of three flat quarters: red at the stored top left, green at the top right, blue at the bottom left; the rest white.
    /// </summary>
    public static byte[] Quarters(int width, int height) => Paint(width, height, (x, y) => (x * 2 < width, y * 2 < height) switch
    {
        (true, true) => (230, 20, 20),
        (false, true) => (20, 200, 20),
        (true, false) => (20, 20, 220),
        _ => (255, 255, 255),
    });

    /// <summary>Height × width × 3 bytes.</summary>
    public static byte[] Paint(int width, int height, Func<int, int, (int Red, int Green, int Blue)> color)
    {
        byte[] rgb = new byte[width * height * 3];
        for (int i = 0; i < width * height; i++)
        {
            (int red, int green, int blue) = color(i % width, i / width);
            (rgb[i * 3], rgb[(i * 3) + 1], rgb[(i * 3) + 2]) = ((byte)red, (byte)green, (byte)blue);
        }

        return rgb;
    }

    /// <summary>The image of tests/Imaging/Reference/make_reference.py.</summary>
    public static PixelBuffer Reference(int width, int height, long seed)
    {
        PixelBuffer image = PixelBuffer.Rent(width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                for (int c = 0; c < 3; c++)
                {
                    seed = ((seed * 1103515245) + 12345) % 2147483648;
                    image.Pixels[(((y * width) + x) * 3) + c] =
                        (byte)(((seed >> 16) % 128) + (127 * (x + (y * (c + 1))) / (width + (3 * height))));
                }
            }
        }

        return image;
    }

    public static byte[] Encode(ImageFormat format, byte[] rgb, int width, int height) => format switch
    {
        ImageFormat.Jpeg => Skia(rgb, width, height, SKEncodedImageFormat.Jpeg, 95),
        ImageFormat.Png => Skia(rgb, width, height, SKEncodedImageFormat.Png, 100),
        ImageFormat.WebP => Skia(rgb, width, height, SKEncodedImageFormat.Webp, 100),
        ImageFormat.Gif => Gif(rgb, width, height),
        ImageFormat.Bmp => Bmp(rgb, width, height),
        ImageFormat.Tiff => TiffOf(rgb, width, height, samples: 3, bits: 8, Rgb),
        ImageFormat.Tga => Tga(rgb, width, height),
        ImageFormat.Pbm => [.. Encoding.ASCII.GetBytes($"P6\n{width} {height}\n255\n"), .. rgb],
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    /// <summary>The same image with an EXIF orientation, for the formats that can carry one.</summary>
    public static byte[] Encode(ImageFormat format, byte[] rgb, int width, int height, int orientation)
    {
        byte[] plain = Encode(format, rgb, width, height);
        byte[] exif = [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0, 0, 0, 0, 0];
        return format switch
        {
            // APP1 right after the start of the image.
            ImageFormat.Jpeg => [0xFF, 0xD8, 0xFF, 0xE1, 0, (byte)(exif.Length + 8), .. "Exif\0\0"u8, .. exif, .. plain.AsSpan(2)],

            // eXIf after the header chunk, which is 8 + 25 bytes in.
            ImageFormat.Png => [.. plain.AsSpan(0, 33), .. PngChunk("eXIf", exif), .. plain.AsSpan(33)],
            ImageFormat.Tiff => TiffOf(rgb, width, height, 3, 8, Rgb, orientation),
            ImageFormat.WebP => ExtendedWebP(plain, width, height, exif),
            _ => throw new ArgumentOutOfRangeException(nameof(format)),
        };
    }

    /// <summary>A PNG of any colour type and depth (PNG, section 11.2.2) from its unfiltered rows.</summary>
    public static byte[] Png(int width, int height, int depth, int colorType, byte[] rows)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = (byte)depth;
        header[9] = (byte)colorType;

        int stride = rows.Length / height;
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (int y = 0; y < height; y++)
            {
                zlib.WriteByte(0);
                zlib.Write(rows, y * stride, stride);
            }
        }

        return [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. PngChunk("IHDR", header), .. PngChunk("IDAT", packed.ToArray()),
            .. PngChunk("IEND", [])];
    }

    /// <summary>An 8×8 Adobe CMYK JPEG of one colour (0: no ink, 255: full ink), made of four DC coefficients.</summary>
    public static byte[] CmykJpeg(byte cyan, byte magenta, byte yellow, byte black)
    {
        StringBuilder bits = new();
        foreach (byte ink in new[] { cyan, magenta, yellow, black })
        {
            // Adobe stores ink inverted. With every quantiser at 8, a DC coefficient is the level above 128.
            int level = 255 - ink - 128;
            int size = 32 - int.LeadingZeroCount(Math.Abs(level));
            int value = level < 0 ? level + (1 << size) - 1 : level;
            bits.Append(Convert.ToString(size, 2).PadLeft(4, '0'));
            bits.Append(size == 0 ? "" : Convert.ToString(value, 2).PadLeft(size, '0'));
            bits.Append('0'); // the only AC code: end of block
        }

        bits.Append('1', (8 - (bits.Length % 8)) % 8);
        List<byte> scan = [];
        for (int i = 0; i < bits.Length; i += 8)
        {
            byte b = Convert.ToByte(bits.ToString(i, 8), 2);
            scan.Add(b);
            if (b == 0xFF)
            {
                scan.Add(0);
            }
        }

        return
        [
            0xFF, 0xD8,
            0xFF, 0xEE, 0, 14, .. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0,
            0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)8, 64),
            0xFF, 0xC0, 0, 20, 8, 0, 8, 0, 8, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0,
            0xFF, 0xC4, 0, 31, 0x00, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
            0xFF, 0xC4, 0, 20, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            0xFF, 0xDA, 0, 14, 4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0,
            .. scan,
            0xFF, 0xD9,
        ];
    }

    /// <summary>An uncompressed TIFF in strips of five rows.</summary>
    public static byte[] TiffOf(byte[] samplesByRow, int width, int height, int samples, int bits, int photometric, int orientation = 1)
    {
        const int RowsPerStrip = 5, Short = 3, Long = 4, HeaderBytes = 8, EntryBytes = 12;
        int stride = samplesByRow.Length / height;
        int strips = (height + RowsPerStrip - 1) / RowsPerStrip;
        int[] offsets = [.. Enumerable.Range(0, strips).Select(strip => HeaderBytes + (strip * RowsPerStrip * stride))];
        int[] lengths = [.. Enumerable.Range(0, strips).Select(strip => Math.Min(RowsPerStrip, height - (strip * RowsPerStrip)) * stride)];
        List<(int Tag, int Type, int[] Values)> entries =
        [
            (256, Long, [width]), (257, Long, [height]), (258, Short, [.. Enumerable.Repeat(bits, samples)]), (259, Short, [1]),
            (262, Short, [photometric]), (273, Long, offsets), (274, Short, [orientation]), (277, Short, [samples]),
            (278, Long, [RowsPerStrip]), (279, Long, lengths), (284, Short, [1]),
        ];
        if (samples == 4 && photometric == Rgb)
        {
            entries.Add((338, Short, [2])); // opacity, not multiplied into the colours
        }

        using MemoryStream file = new();
        using BinaryWriter writer = new(file);
        writer.Write([.. "II*\0"u8]);
        writer.Write(HeaderBytes + samplesByRow.Length);
        writer.Write(samplesByRow);
        writer.Write((ushort)entries.Count);
        List<byte> behind = [];
        int behindAt = (int)file.Position + (entries.Count * EntryBytes) + 4;
        foreach ((int tag, int type, int[] values) in entries)
        {
            byte[] bytes = [.. values.SelectMany(value => BitConverter.GetBytes(value).Take(type == Short ? 2 : 4))];
            writer.Write((ushort)tag);
            writer.Write((ushort)type);
            writer.Write(values.Length);
            writer.Write(bytes.Length > 4 ? BitConverter.GetBytes(behindAt + behind.Count) : [.. bytes, .. new byte[4 - bytes.Length]]);
            behind.AddRange(bytes.Length > 4 ? bytes : []);
        }

        writer.Write(0);
        writer.Write([.. behind]);
        return file.ToArray();
    }

    /// <summary>A TIFF through ImageSharp's writer.</summary>
    public static byte[] CompressedTiff(byte[] rgb, int width, int height, TiffCompression compression)
    {
        using Image<Rgb24> image = SixLabors.ImageSharp.Image.LoadPixelData<Rgb24>(rgb, width, height);
        using MemoryStream stream = new();
        image.Save(stream, new TiffEncoder { Compression = compression });
        return stream.ToArray();
    }

    /// <summary>An uncompressed TGA, its first row on top.</summary>
    private static byte[] Tga(byte[] rgb, int width, int height)
    {
        byte[] bgr = [.. rgb];
        for (int i = 0; i < bgr.Length; i += 3)
        {
            (bgr[i], bgr[i + 2]) = (bgr[i + 2], bgr[i]);
        }

        return [0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8), 24, 0x20, .. bgr];
    }

    private static byte[] Skia(byte[] rgb, int width, int height, SKEncodedImageFormat format, int quality)
    {
        using SKBitmap bitmap = new(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (int i = 0; i < width * height; i++)
        {
            bitmap.SetPixel(i % width, i / width, new SKColor(rgb[i * 3], rgb[(i * 3) + 1], rgb[(i * 3) + 2]));
        }

        return bitmap.Encode(format, quality).ToArray();
    }

    private static byte[] Bmp(byte[] rgb, int width, int height)
    {
        int stride = (width * 3 + 3) / 4 * 4;
        byte[] file = new byte[54 + (stride * height)];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        file[10] = 54;
        file[14] = 40;
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), height);
        file[26] = 1;
        file[28] = 24;
        for (int i = 0; i < width * height; i++)
        {
            int to = 54 + ((height - 1 - (i / width)) * stride) + (i % width * 3);
            (file[to], file[to + 1], file[to + 2]) = (rgb[(i * 3) + 2], rgb[(i * 3) + 1], rgb[i * 3]);
        }

        return file;
    }

    /// <summary>A GIF whose compressed data never refers back: a clear code often enough keeps every code at 9 bits.</summary>
    private static byte[] Gif(byte[] rgb, int width, int height)
    {
        const int Clear = 256, End = 257, CodesBetweenClears = 200;
        List<int> palette = [];
        List<int> codes = [];
        for (int i = 0; i < width * height; i++)
        {
            int color = (rgb[i * 3] << 16) | (rgb[(i * 3) + 1] << 8) | rgb[(i * 3) + 2];
            if (!palette.Contains(color))
            {
                palette.Add(color);
            }

            if (i % CodesBetweenClears == 0)
            {
                codes.Add(Clear);
            }

            codes.Add(palette.IndexOf(color));
        }

        codes.Add(End);
        byte[] packed = new byte[(codes.Count * 9 / 8) + 1];
        for (int bit = 0; bit < codes.Count * 9; bit++)
        {
            packed[bit / 8] |= (byte)(((codes[bit / 9] >> (bit % 9)) & 1) << (bit % 8));
        }

        List<byte> file =
        [
            .. "GIF89a"u8, (byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8), 0xF7, 0, 0,
            .. Enumerable.Range(0, 256).Select(i => i < palette.Count ? palette[i] : 0)
                .SelectMany(c => new[] { (byte)(c >> 16), (byte)(c >> 8), (byte)c }),
            0x2C, 0, 0, 0, 0, (byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8), 0, 8,
        ];
        foreach (byte[] block in packed.Chunk(255))
        {
            file.Add((byte)block.Length);
            file.AddRange(block);
        }

        return [.. file, 0, 0x3B];
    }

    private static byte[] ExtendedWebP(byte[] plain, int width, int height, byte[] exif)
    {
        byte[] header = [8, 0, 0, 0, (byte)(width - 1), (byte)((width - 1) >> 8), 0, (byte)(height - 1), (byte)((height - 1) >> 8), 0];
        byte[] body = [.. "WEBP"u8, .. RiffChunk("VP8X", header), .. plain.AsSpan(12), .. RiffChunk("EXIF", exif)];
        return RiffChunk("RIFF", body);
    }

    private static byte[] RiffChunk(string name, byte[] data)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, data.Length);
        return [.. Encoding.ASCII.GetBytes(name), .. length, .. data, .. data.Length % 2 == 1 ? new byte[1] : []];
    }

    private static byte[] PngChunk(string name, byte[] data)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        byte[] body = [.. Encoding.ASCII.GetBytes(name), .. data];
        uint crc = ~0u;
        foreach (byte b in body)
        {
            crc ^= b;
            for (int i = 0; i < 8; i++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320u);
            }
        }

        byte[] check = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(check, ~crc);
        return [.. length, .. body, .. check];
    }
}
