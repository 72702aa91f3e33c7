using System.Runtime.InteropServices;

namespace ClockFunctions.Core.Backbones.Onnx;

/// <summary>A constant tensor: little-endian elements in row-major order, or a pointer to another file.</summary>
public sealed record OnnxTensor
{
    private OnnxTensor(OnnxType type, IReadOnlyList<long> shape)
    {
        Type = type;
        Shape = shape;
    }

    public OnnxType Type { get; }

    public IReadOnlyList<long> Shape { get; }

    public ReadOnlyMemory<byte> Data { get; private init; }

    /// <summary>File that holds the elements; null when they are in <see cref="Data"/>.</summary>
    public string? ExternalFile { get; private init; }

    /// <exception cref="ArgumentException">The shape does not hold as many elements as given.</exception>
    public static OnnxTensor Float(ReadOnlySpan<float> values, params IReadOnlyList<long> shape) =>
        Create(OnnxType.Float, values, shape);

    /// <inheritdoc cref="Float"/>
    public static OnnxTensor Float16(ReadOnlySpan<Half> values, params IReadOnlyList<long> shape) =>
        Create(OnnxType.Float16, values, shape);

    /// <inheritdoc cref="Float"/>
    public static OnnxTensor Int8(ReadOnlySpan<sbyte> values, params IReadOnlyList<long> shape) =>
        Create(OnnxType.Int8, values, shape);

    /// <inheritdoc cref="Float"/>
    public static OnnxTensor Int64(ReadOnlySpan<long> values, params IReadOnlyList<long> shape) =>
        Create(OnnxType.Int64, values, shape);

    /// <summary>A tensor whose elements are in <paramref name="file"/> beside the model.</summary>
    public static OnnxTensor External(OnnxType type, string file, params IReadOnlyList<long> shape) =>
        new(type, shape) { ExternalFile = file };

    private static OnnxTensor Create<T>(OnnxType type, ReadOnlySpan<T> values, IReadOnlyList<long> shape)
        where T : unmanaged
    {
        long elements = shape.Aggregate(1L, (product, size) => product * size);
        if (elements != values.Length)
        {
            throw new ArgumentException(
                $"Shape [{string.Join(", ", shape)}] holds {elements} elements, not {values.Length}.", nameof(shape));
        }

        return new(type, shape) { Data = MemoryMarshal.AsBytes(values).ToArray() };
    }
}
