using ClockFunctions.Core.Backbones.Onnx;
using ClockFunctions.Core.Imaging;
using Microsoft.ML.OnnxRuntime;

namespace ClockFunctions.Core.Backbones.Import;

/// <summary>Finds what an image classifier takes and which output holds its classes, by running it.</summary>
internal static class ClassifierInput
{
    /// <exception cref="BackboneException">The model does not take one image, or gives no 1000 classes.</exception>
    public static (InputSpec Input, string ClassTensor) Find(OnnxSource source, ImportOptions options)
    {
        if (source.Outline.Inputs is not [{ Type: OnnxType.Float or OnnxType.Float16, Shape: null or { Count: 4 } } image])
        {
            string inputs = string.Join(
                ", ", source.Outline.Inputs.Select(input => $"{input.Name} ({input.Type} {Describe(input.Shape)})"));
            throw new BackboneException($"An image classifier takes one float tensor of N×3×H×W or N×H×W×3; {source.Name} takes {inputs}.");
        }

        using OnnxProbe probe = OnnxProbe.Open(source.Path);
        string refusal = $"{image.Name} is {Describe(image.Shape)}";
        foreach (TensorLayout layout in LayoutsOf(image.Shape))
        {
            InputSpec input = Of(image, layout, options);
            try
            {
                return (input, ClassOutput(source, probe.Run(input, seed: 1)));
            }
            catch (OnnxRuntimeException e)
            {
                refusal = e.Message;
            }
        }

        throw new BackboneException($"{source.Name} does not run on an image of N×3×H×W or N×H×W×3: {refusal}");
    }

    private static string ClassOutput(OnnxSource source, IReadOnlyDictionary<string, ProbeTensor> outputs)
    {
        if (outputs.FirstOrDefault(
            output => output.Value.Values.Length is ImageNetClasses.Count or ImageNetClasses.Count + 1) is { Key: { } name })
        {
            return name;
        }

        string found = string.Join(", ", outputs.Select(output => $"{output.Key} [{string.Join(", ", output.Value.Shape)}]"));
        throw new BackboneException(
            $"{source.Name} has no output of the 1000 ImageNet classes (1001 with a background class), which the zero-shot heads need; " +
            $"it gives {found}.");
    }

    private static InputSpec Of(OnnxValue image, TensorLayout layout, ImportOptions options)
    {
        (int h, int w) = layout is TensorLayout.Nchw ? (2, 3) : (1, 2);
        (long batch, long height, long width) = (Size(image.Shape, 0), Size(image.Shape, h), Size(image.Shape, w));
        return new()
        {
            Name = image.Name,
            Layout = layout,
            Height = height > 0 ? (int)height : options.Size,
            Width = width > 0 ? (int)width : options.Size,
            DynamicBatch = batch == 0,
            DynamicSize = height == 0 && width == 0,
            Scale = options.Normalisation.Scale,
            Mean = options.Normalisation.Mean,
            Std = options.Normalisation.Std,
            ColorOrder = options.Normalisation.ColorOrder,
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
