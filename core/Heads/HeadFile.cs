using System.Buffers.Binary;
using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace ClockFunctions.Core.Heads;

/// <summary>
/// <c>head.safetensors</c>: <c>weight</c> [1, F] and <c>bias</c> [1], float32, which PyTorch loads into
/// <c>nn.Linear(F, 1)</c> as it is. Format: https://github.com/huggingface/safetensors, "Format".
/// </summary>
public static class HeadFile
{
    private const int LengthBytes = 8;
    private const int MostHeaderBytes = 4096; // two tensors take 150; the format allows 100 MB
    private const int MostWidth = 1 << 20;

    /// <exception cref="ArgumentException">No weight, or a value that is not finite.</exception>
    public static byte[] Write(ReadOnlySpan<float> weight, float bias)
    {
        if (weight.Length is 0 or > MostWidth || !AllFinite(weight) || !float.IsFinite(bias))
        {
            throw new ArgumentException("A head needs finite weights and a finite bias.", nameof(weight));
        }

        int weightBytes = weight.Length * sizeof(float);
        string header = string.Create(CultureInfo.InvariantCulture, $$"""
            {"__metadata__":{"format":"pt"},
            "weight":{"dtype":"F32","shape":[1,{{weight.Length}}],"data_offsets":[0,{{weightBytes}}]},
            "bias":{"dtype":"F32","shape":[1],"data_offsets":[{{weightBytes}},{{weightBytes + sizeof(float)}}]} }
            """);
        // Padded with spaces, as the format allows, so that the data starts aligned.
        int headerBytes = (header.Length + LengthBytes - 1) / LengthBytes * LengthBytes;

        byte[] file = new byte[LengthBytes + headerBytes + weightBytes + sizeof(float)];
        Span<byte> rest = file;
        BinaryPrimitives.WriteInt64LittleEndian(rest, headerBytes);
        rest = rest[LengthBytes..];
        Encoding.ASCII.GetBytes(header.PadRight(headerBytes), rest);
        rest = rest[headerBytes..];
        MemoryMarshal.AsBytes(weight).CopyTo(rest);
        BinaryPrimitives.WriteSingleLittleEndian(rest[weightBytes..], bias);
        return file;
    }

    /// <summary>Reads exactly what <see cref="Write"/> and PyTorch's <c>save_file</c> write for such a layer, and nothing else.</summary>
    /// <exception cref="InvalidHeadException">Truncated, too long, another shape or type, or a value that is not finite.</exception>
    public static (float[] Weight, float Bias) Read(ReadOnlySpan<byte> file)
    {
        long headerBytes = file.Length >= LengthBytes ? BinaryPrimitives.ReadInt64LittleEndian(file) : -1;
        if (headerBytes is < 2 or > MostHeaderBytes || headerBytes > file.Length - LengthBytes)
        {
            throw new InvalidHeadException("The head file has no readable header.");
        }

        ReadOnlySpan<byte> data = file[(LengthBytes + (int)headerBytes)..];
        (Tensor weight, Tensor bias) = ReadHeader(file.Slice(LengthBytes, (int)headerBytes));
        if (weight.Shape is not [1, >= 1 and <= MostWidth] || bias.Shape is not [1])
        {
            throw new InvalidHeadException("The head file must hold weight [1, F] and bias [1].");
        }

        // The two tensors, in either order, must fill the data exactly: no gap, no overlap, nothing after.
        bool fills = weight.Begin == 0 ? weight.End == bias.Begin && bias.End == data.Length
            : bias.Begin == 0 && bias.End == weight.Begin && weight.End == data.Length;
        if (!fills || weight.End - weight.Begin != weight.Shape[1] * sizeof(float) || bias.End - bias.Begin != sizeof(float))
        {
            throw new InvalidHeadException("The head file's sizes do not add up: it is truncated, or holds more than the head.");
        }

        float[] values = MemoryMarshal.Cast<byte, float>(data[(int)weight.Begin..(int)weight.End]).ToArray();
        float offset = BinaryPrimitives.ReadSingleLittleEndian(data[(int)bias.Begin..]);
        return AllFinite(values) && float.IsFinite(offset)
            ? (values, offset)
            : throw new InvalidHeadException("The head file holds values that are not finite.");
    }

    private static (Tensor Weight, Tensor Bias) ReadHeader(ReadOnlySpan<byte> header)
    {
        try
        {
            Utf8JsonReader reader = new(header);
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            if (!header[(int)reader.BytesConsumed..].ContainsAnyExcept((byte)' '))
            {
                Dictionary<string, Tensor> tensors = [];
                foreach (JsonProperty property in document.RootElement.EnumerateObject())
                {
                    if (property.Name != "__metadata__")
                    {
                        tensors.Add(property.Name, Tensor.Of(property.Value));
                    }
                }

                if (tensors.Count == 2 && tensors.TryGetValue("weight", out Tensor? weight)
                    && tensors.TryGetValue("bias", out Tensor? bias))
                {
                    return (weight, bias);
                }
            }
        }
        catch (Exception e)
            when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or ArgumentException)
        {
            throw new InvalidHeadException("The head file's header is damaged.", e);
        }

        throw new InvalidHeadException("The head file must hold weight and bias and nothing else.");
    }

    private static bool AllFinite(ReadOnlySpan<float> values) => TensorPrimitives.IsFiniteAll(values);

    private sealed record Tensor(long[] Shape, long Begin, long End)
    {
        public static Tensor Of(JsonElement json)
        {
            long[] offsets = Numbers(json.GetProperty("data_offsets"));
            return json.GetProperty("dtype").GetString() == "F32" && offsets.Length == 2
                ? new Tensor(Numbers(json.GetProperty("shape")), offsets[0], offsets[1])
                : throw new FormatException("not an F32 tensor");
        }

        private static long[] Numbers(JsonElement json) => [.. json.EnumerateArray().Select(n => n.GetInt64())];
    }
}
