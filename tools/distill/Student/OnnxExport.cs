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

    /// <param name="network">The student.</param>
    /// <param name="format">How weights are stored.</param>
    /// <param name="metadata">Keys and values for readers of the file.</param>
    /// <param name="taps">
    /// How many of the last steps give features, 1 or more. Their maps are averaged down to the size of the last one and joined, last
    /// first.
    /// </param>
    public static byte[] Write(FoldedNetwork network, WeightFormat format, IReadOnlyDictionary<string, string> metadata, int taps = 1) =>
        new OnnxExport(format).Build(network, metadata, taps);

    /// <summary>Number of features that <paramref name="taps"/> steps give.</summary>
    public static int FeatureWidth(StudentPlan plan, int taps) => plan.Blocks.TakeLast(taps).Sum(block => block.Channels);

    private byte[] Build(FoldedNetwork network, IReadOnlyDictionary<string, string> metadata, int taps)
    {
        foreach ((string key, string value) in metadata)
        {
            _graph.Metadata(key, value);
        }

        int width = FeatureWidth(network.Plan, taps);
        List<string> maps = [];
        string tensor = _graph.Input("input", OnnxType.Float, "N", 3, "H", "W");
        int next = 0;
        foreach ((Block block, ConvolutionShape[] shapes) in network.Plan.Steps())
        {
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
                tensor = _graph.Node("Relu", [tensor]);
            }

            maps = [.. maps.Select(map => Reduce(map, block.Stride)), tensor];
            maps = [.. maps.TakeLast(taps)];
        }

        maps.Reverse();
        _graph.Node("Concat", maps, [OnnxAttribute.Of("axis", 1)], "feature_map");
        Mean("feature_map", "features");
        string weight = Weight(network.Classifier.Weight, "classifier", network.Classes, network.Plan.Features);
        string bias = _graph.Initializer("classifier.bias", OnnxTensor.Float(network.Classifier.Bias, network.Classes));
        string logits = _graph.Node(
            "Gemm", [taps == 1 ? "features" : Mean(tensor, "last_features"), weight, bias], [OnnxAttribute.Of("transB", 1)]);
        _graph.Node("Softmax", [logits], [OnnxAttribute.Of("axis", 1)], "probabilities");

        _graph.Output("features", OnnxType.Float, "N", width);
        _graph.Output("feature_map", OnnxType.Float, "N", width, "h", "w");
        _graph.Output("probabilities", OnnxType.Float, "N", network.Classes);
        return _graph.Build();
    }

    private string Mean(string map, string output) =>
        _graph.Node("Flatten", [_graph.Node("GlobalAveragePool", [map])], [OnnxAttribute.Of("axis", 1)], output);

    // To the size that a convolution of this stride gives: rounded up.
    private string Reduce(string map, int stride) => stride == 1 ? map : _graph.Node("AveragePool", [map],
    [
        OnnxAttribute.Of("kernel_shape", stride, stride),
        OnnxAttribute.Of("strides", stride, stride),
        OnnxAttribute.Of("ceil_mode", 1),
    ]);

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
