using System.Runtime.InteropServices;
using ClockFunctions.Core.Backbones.Onnx;
using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Backbones.Import;

/// <summary>Reads the mean image that some networks of the Caffe age have subtracted from their input.</summary>
internal static class MeanImage
{
    private const int RawData = 9;
    private const int FloatData = 4;

    /// <summary>The only weight of an ONNX file, which must have the shape of the input.</summary>
    /// <exception cref="BackboneException">The file has no such weight, or another size.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static OnnxTensor Read(string path, InputSpec input)
    {
        OnnxSource source = OnnxSource.Read(path);
        long[] shape = input.Layout is TensorLayout.Nchw ? [3, input.Height, input.Width] : [input.Height, input.Width, 3];
        if (source.Outline.Initializers.Values.ToArray() is not [{ Type: OnnxType.Float } weight]
            || !weight.Shape.SkipWhile(size => size == 1).SequenceEqual(shape))
        {
            string found = string.Join(
                "; ", source.Outline.Initializers.Values.Select(one => $"{one.Name} [{string.Join(", ", one.Shape)}]"));
            throw new BackboneException(
                $"{source.Name} is no mean image for this input: it needs one float weight of [{string.Join(", ", shape)}], and has " +
                $"{(found.Length > 0 ? found : "none")}.");
        }

        ReadOnlyMemory<byte> graph = ProtobufReader.Message(source.Content, OnnxReader.Graph);
        ReadOnlyMemory<byte> tensor = ProtobufReader.Message(graph, OnnxReader.Initializer);
        ReadOnlyMemory<byte> data = ProtobufReader.Message(tensor, RawData);
        data = data.IsEmpty ? ProtobufReader.Message(tensor, FloatData) : data;
        return data.Length == shape.Aggregate(1L, (product, size) => product * size) * sizeof(float)
            ? OnnxTensor.Float(MemoryMarshal.Cast<byte, float>(data.Span), shape)
            : throw new BackboneException($"{source.Name} is damaged: its mean image has {data.Length} bytes.");
    }
}
