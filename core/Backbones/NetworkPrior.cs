using ClockFunctions.Core.Backbones.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace ClockFunctions.Core.Backbones;

/// <summary>
/// What a network knows about the target before it saw a single labelled photo: a direction in its features, the mean of
/// the target classes' weights less that of all other classes' weights.
/// </summary>
/// <param name="Classes">0-based ImageNet ids that mean the target.</param>
/// <param name="Weight">
/// F float32, for raw features; 0 for those that the classifier does not read. Larger margins speak for the target.
/// </param>
public sealed record NetworkPrior(IReadOnlyList<int> Classes, float[] Weight)
{
    /// <summary>Reads the classifier of a backbone.</summary>
    /// <param name="spec">The backbone.</param>
    /// <param name="file">Its ONNX file.</param>
    /// <param name="classes">0-based ImageNet ids that mean the target, each once.</param>
    /// <returns>Null where the spec names no classifier, or where every class means the target.</returns>
    /// <exception cref="BackboneException">The file has no such classifier.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static NetworkPrior? Read(BackboneSpec spec, string file, IReadOnlyList<int> classes) =>
        spec.Classifier is null || classes.Count is 0 or >= ImageNetClasses.Count
            ? null
            : new NetworkPrior(classes, Contrast(Rows(spec, File.ReadAllBytes(file)), spec, [.. classes]));

    /// <summary>The weights of each ImageNet class, a row of F′ a class; a background class is left out.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    internal static float[][] Rows(BackboneSpec spec, ReadOnlyMemory<byte> file)
    {
        ClassifierLayer layer = spec.Classifier!;
        float[] values;
        long[] shape;
        try
        {
            (values, shape) = OnnxConstant.Read(file, layer.Weight);
        }
        catch (Exception e) when (e is InvalidDataException or OnnxRuntimeException)
        {
            throw new BackboneException($"Backbone '{spec.Id}' has no weight '{layer.Weight}' that could be read: {e.Message}", e);
        }

        // A convolution's weight has two more dimensions, of 1.
        (int classes, int width) = shape.Length < 2 ? (0, 0)
            : layer.ClassesFirst ? ((int)shape[0], (int)shape[1]) : ((int)shape[1], (int)shape[0]);
        if (classes < ImageNetClasses.Count || (long)classes * width != values.Length || layer.FirstFeature < 0
            || layer.FirstFeature + width > spec.FeatureWidth)
        {
            throw new BackboneException(
                $"The weight '{layer.Weight}' of backbone '{spec.Id}' is [{string.Join(", ", shape)}]: no classifier of its " +
                $"{spec.FeatureWidth} features.");
        }

        return [.. Enumerable.Range(classes - ImageNetClasses.Count, ImageNetClasses.Count).Select(row =>
            layer.ClassesFirst
                ? values.AsSpan(row * width, width).ToArray()
                : [.. Enumerable.Range(0, width).Select(feature => values[(feature * classes) + row])])];
    }

    private static float[] Contrast(float[][] rows, BackboneSpec spec, HashSet<int> classes)
    {
        double[] contrast = new double[rows[0].Length];
        for (int row = 0; row < rows.Length; row++)
        {
            double share = classes.Contains(row) ? 1.0 / classes.Count : -1.0 / (rows.Length - classes.Count);
            for (int feature = 0; feature < contrast.Length; feature++)
            {
                contrast[feature] += share * rows[row][feature];
            }
        }

        float[] weight = new float[spec.FeatureWidth];
        for (int feature = 0; feature < contrast.Length; feature++)
        {
            weight[spec.Classifier!.FirstFeature + feature] = (float)contrast[feature];
        }

        return weight;
    }
}
