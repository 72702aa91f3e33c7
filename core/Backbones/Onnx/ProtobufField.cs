using System.Text;

namespace ClockFunctions.Core.Backbones.Onnx;

/// <summary>One field of a protobuf message.</summary>
/// <param name="Number">The field's number in its message.</param>
/// <param name="WireType">0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes.</param>
/// <param name="Value">A varint's value; 0 for others.</param>
/// <param name="Bytes">Content of a length-delimited or fixed field; empty for a varint.</param>
/// <param name="Raw">The field with its tag, as it stands in the message.</param>
internal readonly record struct ProtobufField(int Number, int WireType, ulong Value, ReadOnlyMemory<byte> Bytes, ReadOnlyMemory<byte> Raw)
{
    public long Int64 => (long)Value;

    public string Text => Encoding.UTF8.GetString(Bytes.Span);

    /// <summary>The numbers of a repeated field: packed into one field or one a field, readers must take both.</summary>
    public IEnumerable<long> Numbers => WireType == 2 ? ProtobufReader.Varints(Bytes).Select(value => (long)value) : [Int64];
}
