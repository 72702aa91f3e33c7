using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace ClockFunctions.Core.Heads;

/// <summary>
/// The header of a safetensors file: which tensors it holds, and where. Format: https://github.com/huggingface/safetensors, "Format".
/// </summary>
internal static class SafetensorsHeader
{
    private const int LengthBytes = 8;
    private const int MostHeaderBytes = 4096; // two tensors take 150; the format allows 100 MB

    /// <summary>The length, and the header padded with spaces, as the format allows, so that the data starts aligned.</summary>
    public static byte[] Write(string json)
    {
        int headerBytes = (json.Length + LengthBytes - 1) / LengthBytes * LengthBytes;
        byte[] start = new byte[LengthBytes + headerBytes];
        BinaryPrimitives.WriteInt64LittleEndian(start, headerBytes);
        Encoding.ASCII.GetBytes(json.PadRight(headerBytes), start.AsSpan(LengthBytes));
        return start;
    }

    /// <summary>Reads two tensors, and makes sure that they fill the data exactly: no gap, no overlap, nothing after.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="what">The file in words, to begin a sentence: <c>The head file</c>.</param>
    /// <param name="first">Name of one of them.</param>
    /// <param name="second">Name of the other.</param>
    /// <param name="data">What follows the header.</param>
    /// <exception cref="InvalidHeadException">Anything else than two such tensors.</exception>
    public static (SafetensorsTensor First, SafetensorsTensor Second) ReadTwo(
        ReadOnlySpan<byte> file, string what, string first, string second, out ReadOnlySpan<byte> data)
    {
        long headerBytes = file.Length >= LengthBytes ? BinaryPrimitives.ReadInt64LittleEndian(file) : -1;
        if (headerBytes is < 2 or > MostHeaderBytes || headerBytes > file.Length - LengthBytes)
        {
            throw new InvalidHeadException($"{what} has no readable header.");
        }

        data = file[(LengthBytes + (int)headerBytes)..];
        Dictionary<string, SafetensorsTensor> tensors = Parse(file.Slice(LengthBytes, (int)headerBytes), what);
        if (tensors.Count != 2 || !tensors.TryGetValue(first, out SafetensorsTensor? one)
            || !tensors.TryGetValue(second, out SafetensorsTensor? other))
        {
            throw new InvalidHeadException($"{what} must hold {first} and {second} and nothing else.");
        }

        bool fills = one.Begin == 0 ? one.End == other.Begin && other.End == data.Length
            : other.Begin == 0 && other.End == one.Begin && one.End == data.Length;
        return fills && one.HasItsBytes && other.HasItsBytes
            ? (one, other)
            : throw new InvalidHeadException($"{what}'s sizes do not add up: it is truncated, or holds more than it should.");
    }

    private static Dictionary<string, SafetensorsTensor> Parse(ReadOnlySpan<byte> header, string what)
    {
        try
        {
            Utf8JsonReader reader = new(header);
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            Dictionary<string, SafetensorsTensor> tensors = [];
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (property.Name != "__metadata__")
                {
                    tensors.Add(property.Name, SafetensorsTensor.Of(property.Value));
                }
            }

            return header[(int)reader.BytesConsumed..].ContainsAnyExcept((byte)' ') ? [] : tensors;
        }
        catch (Exception e)
            when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or ArgumentException)
        {
            throw new InvalidHeadException($"{what}'s header is damaged.", e);
        }
    }
}

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="IsHalf">Whether it is float16; float32 otherwise.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Begin">Its first byte in the data.</param>
/// <param name="End">The byte after its last.</param>
internal sealed record SafetensorsTensor(bool IsHalf, long[] Shape, long Begin, long End)
{
    /// <summary>Whether its bytes are as many as its shape needs.</summary>
    public bool HasItsBytes => Shape.All(n => n is >= 0 and <= 1 << 24)
        && Shape.Aggregate((Int128)(IsHalf ? 2 : 4), (product, n) => product * n) == End - Begin;

    public static SafetensorsTensor Of(JsonElement json)
    {
        long[] offsets = Numbers(json.GetProperty("data_offsets"));
        string? type = json.GetProperty("dtype").GetString();
        return type is "F32" or "F16" && offsets.Length == 2
            ? new SafetensorsTensor(type == "F16", Numbers(json.GetProperty("shape")), offsets[0], offsets[1])
            : throw new FormatException("not an F32 or F16 tensor");
    }

    private static long[] Numbers(JsonElement json) => [.. json.EnumerateArray().Select(n => n.GetInt64())];
}
