using ClockFunctions.Core.Backbones.Onnx;

namespace ClockFunctions.Tests.Support;

/// <summary>
/// Small image classifiers as different exporters write them: one strided 3x3 convolution of random weights, then the
/// last layer in one of its forms. Features are what goes into that layer.
/// </summary>
public sealed record OnnxClassifier
{
    public const int Channels = 8;
    private const int Hidden = 12;

    public LastLayer LastLayer { get; init; } = LastLayer.Gemm;

    public int Opset { get; init; } = 17;

    public int IrVersion { get; init; } = 8;

    public bool InitializersAreInputs { get; init; }

    public bool ChannelsLast { get; init; }

    public OnnxDimension Batch { get; init; } = "N";

    public OnnxDimension Side { get; init; } = "side";

    public bool SoftmaxInside { get; init; }

    public int Classes { get; init; } = 1000;

    /// <summary>Whether weights are stored as float16 and widened by casts.</summary>
    public bool HalfWeights { get; init; }

    /// <summary>Whether everything is float16, input and output too.</summary>
    public bool HalfEverywhere { get; init; }

    /// <summary>File that the last layer's weight is said to be in.</summary>
    public string? ExternalFile { get; init; }

    public byte[] Build()
    {
        OnnxGraphBuilder graph = new("classifier") { Opset = Opset, IrVersion = IrVersion, InitializersAreInputs = InitializersAreInputs };
        Random random = new(7);
        OnnxType type = HalfEverywhere ? OnnxType.Float16 : OnnxType.Float;

        string image = ChannelsLast
            ? graph.Node("Transpose", [graph.Input("image", type, Batch, Side, Side, 3)], [OnnxAttribute.Of("perm", 0, 3, 1, 2)])
            : graph.Input("image", type, Batch, 3, Side, Side);
        string map = graph.Node(
            "Conv",
            [image, Weight(graph, random, "conv.weight", Channels, 3, 3, 3), Weight(graph, random, "conv.bias", Channels)],
            [OnnxAttribute.Of("kernel_shape", 3, 3), OnnxAttribute.Of("strides", 8, 8), OnnxAttribute.Of("pads", 1, 1, 1, 1)]);
        map = graph.Node("Relu", [map], output: "map");
        string classes = Head(graph, random, map);
        if (SoftmaxInside)
        {
            classes = graph.Node("Softmax", [classes], [OnnxAttribute.Of("axis", 1L)]);
        }

        graph.Node("Identity", [classes], output: "scores");
        OnnxDimension[] shape = LastLayer is LastLayer.ConvThenPool ? [Batch, Classes, 1, 1] : [Batch, Classes];
        graph.Output("scores", type, shape);
        return graph.Build();
    }

    private string Head(OnnxGraphBuilder graph, Random random, string map)
    {
        switch (LastLayer)
        {
            case LastLayer.Gemm:
                return Gemm(graph, random, Flatten(graph, Pool(graph, map)), Channels);
            case LastLayer.MatMulAndAdd:
                string mean = graph.Node("ReduceMean", [map], [OnnxAttribute.Of("axes", 2, 3), OnnxAttribute.Of("keepdims", 0L)]);
                string product = graph.Node("MatMul", [mean, Weight(graph, random, "fc.weight", Channels, Classes)]);
                return graph.Node("Add", [product, Weight(graph, random, "fc.bias", Classes)]);
            case LastLayer.PoolThenConv:
                return Flatten(graph, graph.Node("Conv", [Pool(graph, map), Weight(graph, random, "fc.weight", Classes, Channels, 1, 1)]));
            case LastLayer.ConvThenPool:
                string scores = graph.Node("Conv", [map, Weight(graph, random, "fc.weight", Classes, Channels, 1, 1)]);
                return Pool(graph, graph.Node("Relu", [scores]));
            case LastLayer.HiddenLayer:
                string hidden = graph.Node(
                    "Gemm", [Flatten(graph, Pool(graph, map)), Weight(graph, random, "fc6.weight", Channels, Hidden)]);
                return Gemm(graph, random, graph.Node("Dropout", [graph.Node("Relu", [hidden])]), Hidden);
            case LastLayer.ReshapeByShape:
                string pooled = Pool(graph, map);
                string batch = graph.Node("Gather", [graph.Node("Shape", [pooled]), graph.Initializer("zero", OnnxTensor.Int64([0]))]);
                string rows = graph.Node(
                    "Concat",
                    [graph.Node("Unsqueeze", [batch], [OnnxAttribute.Of("axes", [0L])]),
                        graph.Initializer("rest", OnnxTensor.Int64([-1], 1))], [OnnxAttribute.Of("axis", 0L)]);
                return Gemm(graph, random, graph.Node("Reshape", [pooled, rows]), Channels);
            case LastLayer.ConvThenPoolOfFixedSize:
                string grid = graph.Node(
                    "Conv", [graph.Node("Dropout", [map]), Weight(graph, random, "fc.weight", Classes, Channels, 1, 1)]);
                string mapSides = graph.Node("AveragePool", [graph.Node("Relu", [grid])], [OnnxAttribute.Of("kernel_shape", 8, 8)]);
                return graph.Node("Reshape", [mapSides, graph.Initializer("flat", OnnxTensor.Int64([0, -1], 2))]);
            case LastLayer.MaxPool:
                return Gemm(graph, random, Flatten(graph, graph.Node("GlobalMaxPool", [map])), Channels);
            default:
                return Flatten(
                    graph, graph.Node(
                        "Softplus", [graph.Node("Conv", [Pool(graph, map), Weight(graph, random, "fc.weight", Classes, Channels, 1, 1)])]));
        }
    }

    private string Gemm(OnnxGraphBuilder graph, Random random, string features, int width)
    {
        string weight = ExternalFile is null
            ? Weight(graph, random, "fc.weight", Classes, width)
            : graph.Initializer("fc.weight", OnnxTensor.External(OnnxType.Float, ExternalFile, Classes, width));
        return graph.Node("Gemm", [features, weight, Weight(graph, random, "fc.bias", Classes)], [OnnxAttribute.Of("transB", 1L)]);
    }

    private static string Pool(OnnxGraphBuilder graph, string map) => graph.Node("GlobalAveragePool", [map]);

    private static string Flatten(OnnxGraphBuilder graph, string tensor) => graph.Node("Flatten", [tensor]);

    private string Weight(OnnxGraphBuilder graph, Random random, string name, params long[] shape)
    {
        float[] values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(random.NextDouble() - 0.5);
        }

        if (!HalfWeights && !HalfEverywhere)
        {
            return graph.Initializer(name, OnnxTensor.Float(values, shape));
        }

        string half = graph.Initializer(name, OnnxTensor.Float16(Array.ConvertAll(values, value => (Half)value), shape));
        return HalfEverywhere ? half : graph.Node("Cast", [half], [OnnxAttribute.Of("to", (long)OnnxType.Float)]);
    }
}

/// <summary>Forms of a classifier's last layer.</summary>
public enum LastLayer
{
    /// <summary>Global pool, fully connected: torchvision's ResNets.</summary>
    Gemm,

    /// <summary>Mean, matrix product and sum: TensorFlow's exports.</summary>
    MatMulAndAdd,

    /// <summary>Global pool, 1x1 convolution: MXNet's MobileNets.</summary>
    PoolThenConv,

    /// <summary>1x1 convolution, global pool: SqueezeNet.</summary>
    ConvThenPool,

    /// <summary>
    /// Global pool, a change of shape that is computed from the batch size, fully connected: PyTorch's MobileNetV2 in opset 12.
    /// </summary>
    ReshapeByShape,

    /// <summary>1x1 convolution, average pool of a stated size, reshape: MXNet's SqueezeNet.</summary>
    ConvThenPoolOfFixedSize,

    /// <summary>Two fully connected layers: AlexNet and VGG.</summary>
    HiddenLayer,

    /// <summary>Features that are a maximum, not a mean.</summary>
    MaxPool,

    /// <summary>An operation after the last layer that is in no classifier known to import.</summary>
    Unknown,
}
