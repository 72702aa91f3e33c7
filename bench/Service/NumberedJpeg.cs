using System.Buffers.Binary;

namespace ClockFunctions.Bench.Service;

/// <summary>The same picture as many contents: nobody looks behind the end of a JPEG's data.</summary>
public static class NumberedJpeg
{
    public static byte[] Of(byte[] jpeg, int number)
    {
        byte[] content = [.. jpeg, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(jpeg.Length), number);
        return content;
    }
}
