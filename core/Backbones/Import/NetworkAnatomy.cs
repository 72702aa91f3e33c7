using ClockFunctions.Core.Backbones.Onnx;
using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Backbones.Import;

/// <summary>Which tensors of a network are its ImageNet classes and its features.</summary>
/// <param name="ClassTensor">The output of the 1000 ImageNet classes (1001 with a background class); null where there is none.</param>
/// <param name="Inside">The features, and the map that they may be the mean of.</param>
internal sealed record NetworkAnatomy(string? ClassTensor, ClassifierAnatomy Inside)
{
    /// <summary>
    /// Narrower outputs are taken for the classes of a classifier of something else: the narrowest encoder in use gives 192 features,
    /// and its last layer's input is what can be learned from.
    /// </summary>
    private const int FewestFeatures = 64;

    /// <summary>What only a classifier ends with. <c>ZipMap</c> names the classes; its output is no tensor.</summary>
    private static readonly HashSet<string> EndsOfClassifiers = ["Softmax", "LogSoftmax", "Sigmoid", "ZipMap"];

    /// <param name="source">The model.</param>
    /// <param name="layout">Of its input, and so of its maps.</param>
    /// <param name="outputs">Its floating-point outputs for one image.</param>
    /// <param name="featuresTensor">The features, where somebody knows better.</param>
    /// <exception cref="BackboneException">The features are not to be found.</exception>
    public static NetworkAnatomy Of(
        OnnxSource source, TensorLayout layout, IReadOnlyDictionary<string, ProbeTensor> outputs, string? featuresTensor)
    {
        string? classes = outputs.FirstOrDefault(
            output => output.Value.Values.Length is ImageNetClasses.Count or ImageNetClasses.Count + 1).Key;
        if (classes is not null || featuresTensor is not null)
        {
            return new(classes, ClassifierAnatomy.Of(source.Outline, classes ?? "", featuresTensor));
        }

        if (OtherClasses(source.Outline, outputs) is { } others)
        {
            return new(null, ClassifierAnatomy.Of(source.Outline, others));
        }

        string features = FeaturesOutput(source, outputs);
        ClassifierAnatomy anatomy = ClassifierAnatomy.Of(source.Outline, "", features);
        ProbeTensor found = outputs[features];
        return new(null, found.IsMap && layout is TensorLayout.Nhwc ? anatomy with { FeatureWidth = found.Shape[3] } : anatomy);
    }

    /// <summary>The output of a classifier of other classes than ImageNet's; null where no output looks like one.</summary>
    private static string? OtherClasses(OnnxModel outline, IReadOnlyDictionary<string, ProbeTensor> outputs)
    {
        HashSet<string> ends =
            [.. outline.Nodes.Where(node => EndsOfClassifiers.Contains(node.Operation)).SelectMany(node => node.Outputs)];
        return outline.Outputs.Select(output => output.Name).FirstOrDefault(name =>
            ends.Contains(name)
            || (outputs.TryGetValue(name, out ProbeTensor? tensor) && tensor.IsRow
                && (tensor.IsDistribution || tensor.Values.Length < FewestFeatures)));
    }

    /// <summary>One vector an image is better than a map, whose mean is taken, and a map better than a sequence's first vector.</summary>
    private static string FeaturesOutput(OnnxSource source, IReadOnlyDictionary<string, ProbeTensor> outputs)
    {
        foreach (Func<ProbeTensor, bool> kind in (Func<ProbeTensor, bool>[])[one => one.IsRow, one => one.IsMap, one => one.IsSequence])
        {
            string[] found = [.. outputs.Where(output => kind(output.Value)).Select(output => output.Key)];
            if (found.Length > 0)
            {
                return found is [var only] ? only : throw new BackboneException(
                    $"{source.Name} has several outputs that may be features: {string.Join(", ", found)}. Name one with --features.");
            }
        }

        string all = string.Join(", ", outputs.Select(output => $"{output.Key} [{string.Join(", ", output.Value.Shape)}]"));
        throw new BackboneException(
            $"{source.Name} gives neither the 1000 ImageNet classes (1001 with a background class) nor features for an image, but " +
            $"{(all.Length > 0 ? all : "no floating-point numbers")}. Name the features tensor with --features.");
    }
}
