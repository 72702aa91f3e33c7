using System.Buffers.Binary;

namespace ClockFunctions.Core.Serving;

/// <summary>A grey bitmap of 64×48: the simplest file that goes the whole way through a scorer.</summary>
internal static class WarmUpImage
{
    private const int Width = 64;
    private const int Height = 48;
    private const int HeaderLength = 54;

    public static byte[] Bytes { get; } = Make();

    /// <summary>BITMAPFILEHEADER and BITMAPINFOHEADER, then rows of 3 bytes a pixel; 64 pixels need no padding.</summary>
    private static byte[] Make()
    {
        byte[] file = new byte[HeaderLength + (Width * Height * 3)];
        Span<byte> header = file;
        "BM"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[2..], file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[10..], HeaderLength);
        BinaryPrimitives.WriteInt32LittleEndian(header[14..], 40);
        BinaryPrimitives.WriteInt32LittleEndian(header[18..], Width);
        BinaryPrimitives.WriteInt32LittleEndian(header[22..], Height);
        BinaryPrimitives.WriteInt16LittleEndian(header[26..], 1);
        BinaryPrimitives.WriteInt16LittleEndian(header[28..], 24);
        header[HeaderLength..].Fill(128);
        return file;
    }
}
