namespace ClockFunctions.Core.Backbones.Onnx;

/// <summary>Walks the fields of one protobuf message without copying them. Source: protobuf.dev, "Encoding".</summary>
internal static class ProtobufReader
{
    private const int LongestVarint = 10;

    /// <summary>The fields in the order of the message.</summary>
    /// <exception cref="InvalidDataException">The bytes are no protobuf message.</exception>
    public static IEnumerable<ProtobufField> Fields(ReadOnlyMemory<byte> message)
    {
        int position = 0;
        while (position < message.Length)
        {
            int start = position;
            ulong tag = Varint(message, ref position);
            (int number, int wireType) = ((int)(tag >> 3), (int)(tag & 7));
            ulong value = wireType == 0 ? Varint(message, ref position) : 0;
            ulong length = wireType switch
            {
                0 => 0,
                1 => 8,
                2 => Varint(message, ref position),
                5 => 4,
                _ => throw new InvalidDataException($"Wire type {wireType} at byte {start} is not protobuf."),
            };
            if (number == 0 || length > (ulong)(message.Length - position))
            {
                throw new InvalidDataException($"The field at byte {start} has number 0 or runs past the end.");
            }

            ReadOnlyMemory<byte> bytes = message.Slice(position, (int)length);
            position += (int)length;
            yield return new(number, wireType, value, bytes, message[start..position]);
        }
    }

    /// <summary>
    /// A nested message. One that comes several times is merged, which in protobuf is to put the pieces one after another.
    /// </summary>
    public static ReadOnlyMemory<byte> Message(ReadOnlyMemory<byte> message, int number)
    {
        ReadOnlyMemory<byte>[] pieces = [.. Fields(message).Where(field => field.Number == number).Select(field => field.Bytes)];
        return pieces.Length == 1 ? pieces[0] : pieces.SelectMany(piece => piece.ToArray()).ToArray();
    }

    /// <summary>A text; empty when it is not there.</summary>
    public static string Text(ReadOnlyMemory<byte> message, int number) =>
        Fields(message).LastOrDefault(field => field.Number == number).Text;

    /// <summary>The numbers of a packed field.</summary>
    /// <exception cref="InvalidDataException">The last number has no end.</exception>
    public static IEnumerable<ulong> Varints(ReadOnlyMemory<byte> packed)
    {
        int position = 0;
        while (position < packed.Length)
        {
            yield return Varint(packed, ref position);
        }
    }

    private static ulong Varint(ReadOnlyMemory<byte> message, ref int position)
    {
        ReadOnlySpan<byte> bytes = message.Span[position..];
        ulong value = 0;
        for (int i = 0; i < Math.Min(bytes.Length, LongestVarint); i++)
        {
            value |= (ulong)(bytes[i] & 0x7f) << (7 * i);
            if (bytes[i] < 0x80)
            {
                position += i + 1;
                return value;
            }
        }

        throw new InvalidDataException($"The number at byte {position} has no end.");
    }
}
