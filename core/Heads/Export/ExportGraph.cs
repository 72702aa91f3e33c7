using System.Runtime.Intrinsics;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Backbones.Onnx;
using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Heads.Export;

/// <summary>What stands before and after the backbone's own operations in an exported file.</summary>
internal sealed class ExportGraph
{
    private const string Prefix = "clocks_export_";

    /// <param name="outline">The backbone's file.</param>
    /// <param name="backbone">Its spec.</param>
    /// <param name="head">The head.</param>
    /// <param name="pipeline"><c>resize</c>, <c>crop</c> or <c>full</c>.</param>
    public ExportGraph(OnnxModel outline, BackboneSpec backbone, LearnedHead head, string pipeline)
    {
        HashSet<string> taken = [
            .. outline.Inputs.Select(input => input.Name), .. outline.Initializers.Keys, .. outline.Nodes.SelectMany(node => node.Outputs)];
        Input = Free(taken, "pixels");
        Output = Free(taken, "probability");
        HasFreeSize = pipeline == "full";
        WriteBefore(backbone.Input);
        WriteAfter(backbone.FeaturesTensor, head);
    }

    /// <summary>From pixels to what the backbone takes.</summary>
    public OnnxGraphBuilder Before { get; } = new("before");

    /// <summary>From features to the probability.</summary>
    public OnnxGraphBuilder After { get; } = new("after");

    public string Input { get; }

    public string Output { get; }

    /// <summary>Whether images of any size go in.</summary>
    public bool HasFreeSize { get; }

    private void WriteBefore(InputSpec input)
    {
        OnnxDimension batch = input.DynamicBatch ? "N" : 1;
        OnnxDimension[] shape = HasFreeSize ? [batch, "H", "W", 3] : [batch, input.Height, input.Width, 3];
        string tensor = Before.Input(Input, OnnxType.Float, shape);

        // One definition of preprocessing: the very numbers that the service multiplies by and adds.
        TensorFormat format = TensorFormat.Of(input);
        tensor = Before.Node("Mul", [tensor, Channels("factor", format.Factor)], output: $"{Prefix}scaled");
        bool isPlanar = input.Layout is TensorLayout.Nchw;
        bool isBlueFirst = input.ColorOrder is ColorOrder.Bgr;
        tensor = Before.Node(
            "Add", [tensor, Channels("offset", format.Offset)], output: isPlanar || isBlueFirst ? $"{Prefix}normal" : input.Name);
        if (isBlueFirst)
        {
            string swapped = Before.Initializer($"{Prefix}blue_first", OnnxTensor.Int64([2, 1, 0], 3));
            tensor = Before.Node(
                "Gather", [tensor, swapped], [OnnxAttribute.Of("axis", 3L)], isPlanar ? $"{Prefix}swapped" : input.Name);
        }

        if (isPlanar)
        {
            Before.Node("Transpose", [tensor], [OnnxAttribute.Of("perm", 0, 3, 1, 2)], input.Name);
        }
    }

    private void WriteAfter(string features, LearnedHead head)
    {
        string weight = After.Initializer($"{Prefix}weight", OnnxTensor.Float(head.Weight, 1, head.FeatureWidth));
        string bias = After.Initializer($"{Prefix}bias", OnnxTensor.Float([head.Bias], 1));
        string logit = After.Node("Gemm", [features, weight, bias], [OnnxAttribute.Of("transB", 1L)], $"{Prefix}logit");
        After.Node("Sigmoid", [logit], output: Output);
        After.Output(Output, OnnxType.Float, "N", 1);
    }

    private string Channels(string name, Vector128<float> values) =>
        Before.Initializer(Prefix + name, OnnxTensor.Float([values[0], values[1], values[2]], 3));

    private static string Free(HashSet<string> taken, string name)
    {
        while (!taken.Add(name))
        {
            name += "_";
        }

        return name;
    }
}
