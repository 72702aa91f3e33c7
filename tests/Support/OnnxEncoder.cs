using ClockFunctions.Core.Backbones.Onnx;

namespace ClockFunctions.Tests.Support;

/// <summary>
/// Small networks that know no ImageNet classes, as different exporters write them: one strided convolution of random weights, then
/// what such a file ends with.
/// </summary>
public sealed record OnnxEncoder
{
    public const int Channels = 96;

    private const int Tokens = 5;

    public EncoderEnd End { get; init; } = EncoderEnd.Pool;

    /// <summary>Of <see cref="EncoderEnd.Softmax"/>, <see cref="EncoderEnd.Sigmoid"/> and <see cref="EncoderEnd.NamedClasses"/>.</summary>
    public int Classes { get; init; } = 3;

    public int IrVersion { get; init; } = 8;

    public OnnxDimension Side { get; init; } = "side";

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    public byte[] Build()
    {
        OnnxGraphBuilder graph = new("encoder") { Opset = 12, IrVersion = IrVersion, InitializersAreInputs = IrVersion < 4 };
        foreach ((string key, string value) in Metadata)
        {
            graph.Metadata(key, value);
        }

        Random random = new(11);
        string map = graph.Node(
            "Conv",
            [graph.Input("data", OnnxType.Float, "None", 3, Side, Side), Weight(graph, random, "conv", Channels, 3, 3, 3)],
            [OnnxAttribute.Of("kernel_shape", 3, 3), OnnxAttribute.Of("strides", 8, 8), OnnxAttribute.Of("pads", 1, 1, 1, 1)]);
        map = graph.Node("Relu", [map], output: "map");
        string pooled = graph.Node("GlobalAveragePool", [map], output: "pooled");
        string rows = graph.Node("Flatten", [pooled], output: "rows");
        switch (End)
        {
            case EncoderEnd.Pool:
                graph.Output(pooled, OnnxType.Float, "None", Channels, 1, 1);
                break;
            case EncoderEnd.Map:
                graph.Output(map, OnnxType.Float, "None", Channels, "h", "w");
                break;
            case EncoderEnd.Tokens:
                graph.Output(Sequence(graph, random, rows), OnnxType.Float, "None", Tokens, Channels);
                break;
            case EncoderEnd.TokensAndPooler:
                graph.Output(Sequence(graph, random, rows), OnnxType.Float, "None", Tokens, Channels);
                graph.Output(rows, OnnxType.Float, "None", Channels);
                break;
            case EncoderEnd.TwoRows:
                graph.Output(rows, OnnxType.Float, "None", Channels);
                graph.Output(graph.Node("Tanh", [rows], output: "other_rows"), OnnxType.Float, "None", Channels);
                break;
            case EncoderEnd.Softmax or EncoderEnd.Sigmoid:
                graph.Output(graph.Node($"{End}", [Layer(graph, random, rows)], output: "model_output"), OnnxType.Float, "None", Classes);
                break;
            case EncoderEnd.NamedClasses:
                graph.Node("Softmax", [Layer(graph, random, rows)], output: "scores");
                return [.. graph.Build(), .. Names()];
        }

        return graph.Build();
    }

    private string Layer(OnnxGraphBuilder graph, Random random, string rows) =>
        graph.Node("Gemm", [rows, Weight(graph, random, "layer", Channels, Classes), Weight(graph, random, "bias", Classes)]);

    /// <summary>The rows first, then others that depend on them.</summary>
    private static string Sequence(OnnxGraphBuilder graph, Random random, string rows)
    {
        string first = graph.Node("Unsqueeze", [rows], [OnnxAttribute.Of("axes", [1L])]);
        string others = graph.Node("Mul", [first, Weight(graph, random, "tokens", 1, Tokens - 1, Channels)]);
        return graph.Node("Concat", [first, others], [OnnxAttribute.Of("axis", 1L)], "last_hidden_state");
    }

    /// <summary>What Custom Vision's older exports end with: a map of names to probabilities, and no tensor at all.</summary>
    private ReadOnlySpan<byte> Names()
    {
        ProtobufWriter model = new();
        model.Message(7, graph =>
        {
            graph.Message(1, node =>
            {
                node.Text(1, "scores");
                node.Text(2, "loss");
                node.Text(4, "ZipMap");
                node.Message(5, attribute =>
                {
                    attribute.Text(1, "classlabels_strings");
                    for (int i = 0; i < Classes; i++)
                    {
                        attribute.Text(9, $"class {i}");
                    }

                    attribute.Int64(20, 8);
                });
                node.Text(7, "ai.onnx.ml");
            });
            graph.Message(12, output => output.Text(1, "loss"));
        });
        model.Message(8, opset =>
        {
            opset.Text(1, "ai.onnx.ml");
            opset.Int64(2, 1);
        });
        return model.Written;
    }

    private static string Weight(OnnxGraphBuilder graph, Random random, string name, params long[] shape)
    {
        float[] values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(random.NextDouble() - 0.5);
        }

        return graph.Initializer(name, OnnxTensor.Float(values, shape));
    }
}

/// <summary>What an encoder's file ends with.</summary>
public enum EncoderEnd
{
    /// <summary>A pooled map, 1×1 pixels: feature files of timm and CNTK.</summary>
    Pool,

    /// <summary>The map itself.</summary>
    Map,

    /// <summary>A sequence of vectors, that of the class token first: DINOv2.</summary>
    Tokens,

    /// <summary>A sequence, and the vector that sums it up: vision transformers, CLIP's image towers.</summary>
    TokensAndPooler,

    /// <summary>Two vectors.</summary>
    TwoRows,

    /// <summary>Another classifier's probabilities: Custom Vision, one tag a picture.</summary>
    Softmax,

    /// <summary>Another classifier's probabilities: Custom Vision, several tags a picture.</summary>
    Sigmoid,

    /// <summary>Another classifier's probabilities with their names.</summary>
    NamedClasses,
}
