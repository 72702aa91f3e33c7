using ClockFunctions.Core.Backbones.Onnx;
using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Backbones.Import;

/// <summary>
/// What is put before a model: the subtraction of a mean image, and the cast that lets one that takes float16 images take float32
/// ones; nothing for most.
/// </summary>
internal sealed record InputWiring(InputSpec Input, OnnxGraphBuilder Graph)
{
    /// <param name="image">The model's input.</param>
    /// <param name="input">What is known about it.</param>
    /// <param name="irVersion">Of the model's file.</param>
    /// <param name="mean">3×H×W or H×W×3 float32, as the input; null for none.</param>
    public static InputWiring For(OnnxValue image, InputSpec input, int irVersion, OnnxTensor? mean)
    {
        OnnxGraphBuilder graph = OnnxEdit.Addition("input", irVersion);
        bool isHalf = image.Type is OnnxType.Float16;
        if (!isHalf && mean is null)
        {
            return new(input, graph);
        }

        string wide = graph.Input($"clocks_{image.Name}", OnnxType.Float, [.. image.Shape ?? ["N", "a", "b", "c"]]);
        string pixels = mean is null ? wide : graph.Node(
            "Sub", [wide, graph.Initializer("clocks_mean_image", mean)], output: isHalf ? "clocks_centred" : image.Name);
        if (isHalf)
        {
            graph.Node("Cast", [pixels], [OnnxAttribute.Of("to", (long)OnnxType.Float16)], image.Name);
        }

        return new(input with { Name = wide }, graph);
    }
}
