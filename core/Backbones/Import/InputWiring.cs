using ClockFunctions.Core.Backbones.Onnx;
using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Backbones.Import;

/// <summary>The operation that lets a model that takes float16 images take float32 ones; nothing for others.</summary>
internal sealed record InputWiring(InputSpec Input, OnnxGraphBuilder Graph)
{
    public static InputWiring For(OnnxValue image, InputSpec input)
    {
        OnnxGraphBuilder graph = new("input");
        if (image.Type is not OnnxType.Float16)
        {
            return new(input, graph);
        }

        string wide = graph.Input($"clocks_{image.Name}", OnnxType.Float, [.. image.Shape ?? ["N", "a", "b", "c"]]);
        graph.Node("Cast", [wide], [OnnxAttribute.Of("to", (long)OnnxType.Float16)], image.Name);
        return new(input with { Name = wide }, graph);
    }
}
