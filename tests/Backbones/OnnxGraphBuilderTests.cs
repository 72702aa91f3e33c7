using ClockFunctions.Core.Backbones.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace ClockFunctions.Tests.Backbones;

public class OnnxGraphBuilderTests
{
    [Fact]
    public void OnnxRuntimeComputesWhatWasWritten()
    {
        OnnxGraphBuilder graph = new("affine");
        string input = graph.Input("x", OnnxType.Float, "N", 2);
        string weight = graph.Initializer("w", OnnxTensor.Float([1, 2, 3, 4], 2, 2));
        string bias = graph.Initializer("b", OnnxTensor.Float([10, 20], 2));
        graph.Node("Gemm", [input, weight, bias], [OnnxAttribute.Of("transB", 1), OnnxAttribute.Of("alpha", 2f)], "y");
        graph.Output("y", OnnxType.Float, "N", 2);

        // 2·[1 1]·wᵀ + b and 2·[0 1]·wᵀ + b
        Assert.Equal([16, 34, 14, 28], Run(graph.Build(), "x", [1, 1, 0, 1], [2, 2]));
    }

    [Fact]
    public void EightAndSixteenBitInitialisersKeepTheirValues()
    {
        OnnxGraphBuilder graph = new("casts");
        string input = graph.Input("x", OnnxType.Float, 3);
        string small = graph.Node(
            "Cast", [graph.Initializer("i8", OnnxTensor.Int8([-128, 0, 127], 3))], [OnnxAttribute.Of("to", (long)OnnxType.Float)]);
        string half = graph.Node(
            "Cast", [graph.Initializer("f16", OnnxTensor.Float16([(Half)0.5f, (Half)1f, (Half)2f], 3))],
            [OnnxAttribute.Of("to", (long)OnnxType.Float)]);
        graph.Node("Add", [input, graph.Node("Mul", [small, half])], output: "y");
        graph.Output("y", OnnxType.Float, 3);

        Assert.Equal([-63, 1, 255], Run(graph.Build(), "x", [1, 1, 1], [3]));
    }

    [Fact]
    public void AttributesOfEveryKindReachTheRuntime()
    {
        OnnxGraphBuilder graph = new("attributes");
        string input = graph.Input("x", OnnxType.Float, 1, 1, 2, 2);
        string padded = graph.Node(
            "MaxPool", [input], [OnnxAttribute.Of("kernel_shape", 2, 2), OnnxAttribute.Of("auto_pad", "SAME_UPPER")]);
        string constant = graph.Node("Constant", [], [OnnxAttribute.Of("value", OnnxTensor.Float([100], 1))]);
        string sum = graph.Node("Add", [padded, constant]);
        string list = graph.Node("Constant", [], [OnnxAttribute.Of("value_floats", 1f, 2f)]);
        graph.Node("Mul", [sum, list], output: "y");
        graph.Output("y", OnnxType.Float, 1, 1, 2, 2);

        Assert.Equal([104, 208, 104, 208], Run(graph.Build(), "x", [1, 2, 3, 4], [1, 1, 2, 2]));
    }

    [Fact]
    public void InitialisersMayBeListedAmongTheInputs()
    {
        using InferenceSession session = new(Bias(new("new") { InitializersAreInputs = true }));
        Assert.Equal(["b"], session.OverridableInitializerMetadata.Keys);
    }

    [Fact]
    public void OldOperatorSetsAndFormatsCanBeWritten() =>
        Assert.Equal([2, 4], Run(Bias(new("old") { Opset = 7, IrVersion = 3, InitializersAreInputs = true }), "x", [1, 2], [2]));

    [Fact]
    public void ExternalDataIsAPointerThatTheRuntimeFollows()
    {
        OnnxGraphBuilder graph = new("external");
        string input = graph.Input("x", OnnxType.Float, 2);
        graph.Node("Add", [input, graph.Initializer("b", OnnxTensor.External(OnnxType.Float, "nowhere.bin", 2))], output: "y");
        graph.Output("y", OnnxType.Float, 2);

        OnnxRuntimeException fault = Assert.Throws<OnnxRuntimeException>(() => new InferenceSession(graph.Build()));
        Assert.Contains("nowhere.bin", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MetadataCanBeReadBack()
    {
        OnnxGraphBuilder graph = new("metadata");
        graph.Metadata("licence", "Apache-2.0");
        graph.Node("Relu", [graph.Input("x", OnnxType.Float, "N")], output: "y");
        graph.Output("y", OnnxType.Float, "N");

        using InferenceSession session = new(graph.Build());
        Assert.Equal("Apache-2.0", session.ModelMetadata.CustomMetadataMap["licence"]);
    }

    [Fact]
    public void AShapeThatDoesNotFitIsRefused()
    {
        ArgumentException fault = Assert.Throws<ArgumentException>(() => OnnxTensor.Float([1, 2, 3], 2, 2));
        Assert.StartsWith("Shape [2, 2] holds 4 elements, not 3.", fault.Message, StringComparison.Ordinal);
    }

    private static byte[] Bias(OnnxGraphBuilder graph)
    {
        string input = graph.Input("x", OnnxType.Float, 2);
        graph.Node("Add", [input, graph.Initializer("b", OnnxTensor.Float([1, 2], 2))], output: "y");
        graph.Output("y", OnnxType.Float, 2);
        return graph.Build();
    }

    private static float[] Run(byte[] model, string input, float[] values, long[] shape)
    {
        using InferenceSession session = new(model);
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(values, shape);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, [input], [value], ["y"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
