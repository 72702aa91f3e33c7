using ClockFunctions.Core.Backbones.Onnx;
using ClockFunctions.Core.Imaging;
using Microsoft.ML.OnnxRuntime;

namespace ClockFunctions.Core.Backbones.Import;

/// <summary>Finds what a network takes and what it gives for an image, by running it.</summary>
internal static class ImageInput
{
    /// <returns>The input, and the floating-point outputs for one image.</returns>
    /// <exception cref="BackboneException">The model does not take one image.</exception>
    public static (InputSpec Input, IReadOnlyDictionary<string, ProbeTensor> Outputs) Find(
        OnnxSource source, InputNormalisation normalisation, int size)
    {
        if (source.Outline.Inputs is not [{ Type: OnnxType.Float or OnnxType.Float16, Shape: null or { Count: 4 } } image])
        {
            string inputs = string.Join(
                ", ", source.Outline.Inputs.Select(input => $"{input.Name} ({input.Type} {Describe(input.Shape)})"));
            throw new BackboneException($"An image network takes one float tensor of N×3×H×W or N×H×W×3; {source.Name} takes {inputs}.");
        }

        using OnnxProbe probe = OnnxProbe.Open(source.Path);
        string refusal = $"{image.Name} is {Describe(image.Shape)}";
        foreach (TensorLayout layout in LayoutsOf(image.Shape))
        {
            InputSpec input = Of(image, layout, normalisation, size);
            try
            {
                return (input, probe.Run(input, seed: 1));
            }
            catch (OnnxRuntimeException e)
            {
                refusal = e.Message;
            }
        }

        throw new BackboneException($"{source.Name} does not run on an image of N×3×H×W or N×H×W×3: {refusal}");
    }

    private static InputSpec Of(OnnxValue image, TensorLayout layout, InputNormalisation normalisation, int size)
    {
        (int h, int w) = layout is TensorLayout.Nchw ? (2, 3) : (1, 2);
        (long batch, long height, long width) = (Size(image.Shape, 0), Size(image.Shape, h), Size(image.Shape, w));
        return new()
        {
            Name = image.Name,
            Layout = layout,
            Height = height > 0 ? (int)height : size,
            Width = width > 0 ? (int)width : size,
            DynamicBatch = batch == 0,
            DynamicSize = height == 0 && width == 0,
            Scale = normalisation.Scale,
            Mean = normalisation.Mean,
            Std = normalisation.Std,
            ColorOrder = normalisation.ColorOrder,
        };
    }

    /// <summary>The layouts to try: the dimension of 3 is the channels; a file that does not say may be either.</summary>
    private static TensorLayout[] LayoutsOf(IReadOnlyList<OnnxDimension>? shape) => (Size(shape, 1), Size(shape, 3)) switch
    {
        (3, _) => [TensorLayout.Nchw],
        (_, 3) => [TensorLayout.Nhwc],
        (0, 0) => [TensorLayout.Nchw, TensorLayout.Nhwc],
        _ => [],
    };

    /// <summary>A dimension's size; 0 where the file leaves it open.</summary>
    private static long Size(IReadOnlyList<OnnxDimension>? shape, int dimension) => shape?[dimension].Size ?? 0;

    private static string Describe(IReadOnlyList<OnnxDimension>? shape) =>
        shape is null ? "of unknown shape" : $"[{string.Join(", ", shape.Select(size => size.Symbol ?? $"{size.Size}"))}]";
}
