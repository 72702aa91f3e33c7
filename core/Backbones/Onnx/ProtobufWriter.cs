using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace ClockFunctions.Core.Backbones.Onnx;

/// <summary>
/// Encodes one protobuf message: the four field kinds that ONNX uses.
/// Source: protobuf.dev, "Encoding". Fields appear in the order of the calls.
/// </summary>
internal sealed class ProtobufWriter
{
    private const int Varint = 0;
    private const int LengthDelimited = 2;
    private const int Fixed32 = 5;

    private readonly ArrayBufferWriter<byte> _buffer = new();

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public void Int64(int field, long value)
    {
        Tag(field, Varint);
        WriteVarint((ulong)value);
    }

    public void Float(int field, float value)
    {
        Tag(field, Fixed32);
        BinaryPrimitives.WriteSingleLittleEndian(_buffer.GetSpan(sizeof(float)), value);
        _buffer.Advance(sizeof(float));
    }

    public void Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Header(field, value.Length);
        _buffer.Write(value);
    }

    /// <summary>What stands before <paramref name="length"/> bytes of content that somebody else writes.</summary>
    public void Header(int field, long length)
    {
        Tag(field, LengthDelimited);
        WriteVarint((ulong)length);
    }

    public void Message(int field, Action<ProtobufWriter> write)
    {
        ProtobufWriter inner = new();
        write(inner);
        Bytes(field, inner.Written);
    }

    public void Messages<T>(int field, IEnumerable<T> items, Action<ProtobufWriter, T> write)
    {
        foreach (T item in items)
        {
            Message(field, inner => write(inner, item));
        }
    }

    private void Tag(int field, int wireType) => WriteVarint((ulong)(field << 3 | wireType));

    private void WriteVarint(ulong value)
    {
        Span<byte> span = _buffer.GetSpan(10);
        int length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            span[length++] = (byte)(value | 0x80);
        }

        span[length++] = (byte)value;
        _buffer.Advance(length);
    }
}
