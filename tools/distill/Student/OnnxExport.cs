using System.Numerics.Tensors;
using ClockFunctions.Core.Backbones.Onnx;

namespace ClockFunctions.Distill.Student;

/// <summary>
/// Writes a student as ONNX: <c>input</c> N×3×H×W (RGB, x/127.5−1) to <c>features</c> N×F,
/// <c>feature_map</c> N×F×h×w whose spatial mean the features are, and <c>probabilities</c> N×classes.
/// </summary>
public sealed class OnnxExport
{
    private readonly OnnxGraphBuilder _graph = new("student");
    private readonly WeightFormat _format;

    private OnnxExport(WeightFormat format) => _format = format;

    public static byte[] Write(FoldedNetwork network, WeightFormat format, IReadOnlyDictionary<string, string> metadata) =>
        new OnnxExport(format).Build(network, metadata);

    private byte[] Build(FoldedNetwork network, IReadOnlyDictionary<string, string> metadata)
    {
        foreach ((string key, string value) in metadata)
        {
            _graph.Metadata(key, value);
        }

        int width = network.Plan.Features;
        string tensor = _graph.Input("input", OnnxType.Float, "N", 3, "H", "W");
        int next = 0;
        int last = network.Plan.Blocks.Count - 1;
        foreach (((Block block, ConvolutionShape[] shapes), int index) in network.Plan.Steps().Select((step, index) => (step, index)))
        {
            string? output = index == last ? "feature_map" : null;
            string input = tensor;
            for (int i = 0; i < shapes.Length; i++)
            {
                string result = Convolution(shapes[i], network.Convolutions[next], tensor, $"conv{next++}");
                if (i < shapes.Length - 1)
                {
                    tensor = _graph.Node("Relu", [result]);
                    continue;
                }

                tensor = block.Kind == BlockKind.Residual ? _graph.Node("Add", [result, input]) : result;
                tensor = _graph.Node("Relu", [tensor], output: output);
            }
        }

        string pooled = _graph.Node("GlobalAveragePool", [tensor]);
        _graph.Node("Flatten", [pooled], [OnnxAttribute.Of("axis", 1)], "features");
        string weight = Weight(network.Classifier.Weight, "classifier", network.Classes, width);
        string bias = _graph.Initializer("classifier.bias", OnnxTensor.Float(network.Classifier.Bias, network.Classes));
        string logits = _graph.Node("Gemm", ["features", weight, bias], [OnnxAttribute.Of("transB", 1)]);
        _graph.Node("Softmax", [logits], [OnnxAttribute.Of("axis", 1)], "probabilities");

        _graph.Output("features", OnnxType.Float, "N", width);
        _graph.Output("feature_map", OnnxType.Float, "N", width, "h", "w");
        _graph.Output("probabilities", OnnxType.Float, "N", network.Classes);
        return _graph.Build();
    }

    private string Convolution(ConvolutionShape shape, FoldedLayer layer, string input, string name)
    {
        string weight = Weight(layer.Weight, name, shape.Outputs, shape.Inputs / shape.Groups, shape.Kernel, shape.Kernel);
        string bias = _graph.Initializer($"{name}.bias", OnnxTensor.Float(layer.Bias, shape.Outputs));
        long padding = shape.Padding;
        return _graph.Node("Conv", [input, weight, bias],
        [
            OnnxAttribute.Of("kernel_shape", shape.Kernel, shape.Kernel),
            OnnxAttribute.Of("strides", shape.Stride, shape.Stride),
            OnnxAttribute.Of("pads", padding, padding, padding, padding),
            OnnxAttribute.Of("group", shape.Groups),
        ]);
    }

    private string Weight(float[] values, string name, params long[] shape)
    {
        switch (_format)
        {
            case WeightFormat.SixteenBit:
                Half[] halves = new Half[values.Length];
                TensorPrimitives.ConvertToHalf(values, halves);
                return ToFloat(_graph.Initializer($"{name}.weight", OnnxTensor.Float16(halves, shape)));
            case WeightFormat.EightBit:
                (sbyte[] integers, float[] scales) = Quantise(values, (int)shape[0]);
                string small = ToFloat(_graph.Initializer($"{name}.weight", OnnxTensor.Int8(integers, shape)));
                string scale = _graph.Initializer($"{name}.scale", OnnxTensor.Float(scales, [shape[0], .. shape.Skip(1).Select(_ => 1L)]));
                return _graph.Node("Mul", [small, scale]);
            default:
                return _graph.Initializer($"{name}.weight", OnnxTensor.Float(values, shape));
        }
    }

    private string ToFloat(string tensor) => _graph.Node("Cast", [tensor], [OnnxAttribute.Of("to", (long)OnnxType.Float)]);

    /// <summary>Symmetric: an output channel's weights are <c>integer × scale</c>, the largest being ±127.</summary>
    internal static (sbyte[] Integers, float[] Scales) Quantise(ReadOnlySpan<float> values, int outputs)
    {
        int length = values.Length / outputs;
        sbyte[] integers = new sbyte[values.Length];
        float[] scales = new float[outputs];
        for (int output = 0; output < outputs; output++)
        {
            ReadOnlySpan<float> row = values.Slice(output * length, length);
            scales[output] = Math.Max(Math.Abs(TensorPrimitives.MaxMagnitude(row)) / 127, float.Epsilon);
            for (int i = 0; i < length; i++)
            {
                integers[output * length + i] = (sbyte)MathF.Round(row[i] / scales[output]);
            }
        }

        return (integers, scales);
    }
}
