using System.Buffers.Binary;
using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace ClockFunctions.Core.Heads;

/// <summary>
/// <c>head.safetensors</c>: <c>weight</c> [1, F] and <c>bias</c> [1], float32, which PyTorch loads into
/// <c>nn.Linear(F, 1)</c> as it is.
/// </summary>
public static class HeadFile
{
    private const int MostWidth = 1 << 20;

    /// <exception cref="ArgumentException">No weight, or a value that is not finite.</exception>
    public static byte[] Write(ReadOnlySpan<float> weight, float bias)
    {
        if (weight.Length is 0 or > MostWidth || !AllFinite(weight) || !float.IsFinite(bias))
        {
            throw new ArgumentException("A head needs finite weights and a finite bias.", nameof(weight));
        }

        int weightBytes = weight.Length * sizeof(float);
        byte[] header = SafetensorsHeader.Write(string.Create(CultureInfo.InvariantCulture, $$"""
            {"__metadata__":{"format":"pt"},
            "weight":{"dtype":"F32","shape":[1,{{weight.Length}}],"data_offsets":[0,{{weightBytes}}]},
            "bias":{"dtype":"F32","shape":[1],"data_offsets":[{{weightBytes}},{{weightBytes + sizeof(float)}}]} }
            """));

        byte[] file = new byte[header.Length + weightBytes + sizeof(float)];
        header.CopyTo(file, 0);
        Span<byte> data = file.AsSpan(header.Length);
        MemoryMarshal.AsBytes(weight).CopyTo(data);
        BinaryPrimitives.WriteSingleLittleEndian(data[weightBytes..], bias);
        return file;
    }

    /// <summary>Reads exactly what <see cref="Write"/> and PyTorch's <c>save_file</c> write for such a layer, and nothing else.</summary>
    /// <exception cref="InvalidHeadException">Truncated, too long, another shape or type, or a value that is not finite.</exception>
    public static (float[] Weight, float Bias) Read(ReadOnlySpan<byte> file)
    {
        (SafetensorsTensor weight, SafetensorsTensor bias) = SafetensorsHeader.ReadTwo(
            file, "The head file", "weight", "bias", out ReadOnlySpan<byte> data);
        if (weight is not { IsHalf: false, Shape: [1, >= 1 and <= MostWidth] } || bias is not { IsHalf: false, Shape: [1] })
        {
            throw new InvalidHeadException("The head file must hold weight [1, F] and bias [1], float32.");
        }

        float[] values = MemoryMarshal.Cast<byte, float>(data[(int)weight.Begin..(int)weight.End]).ToArray();
        float offset = BinaryPrimitives.ReadSingleLittleEndian(data[(int)bias.Begin..]);
        return AllFinite(values) && float.IsFinite(offset)
            ? (values, offset)
            : throw new InvalidHeadException("The head file holds values that are not finite.");
    }

    private static bool AllFinite(ReadOnlySpan<float> values) => TensorPrimitives.IsFiniteAll(values);
}
