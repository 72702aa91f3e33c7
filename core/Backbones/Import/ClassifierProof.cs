using System.Numerics.Tensors;

namespace ClockFunctions.Core.Backbones.Import;

/// <summary>
/// Checks that the classes of a backbone really are a linear function of its features: between two images, the logits change as
/// the layer's weight says of the change of the features.
/// </summary>
internal static class ClassifierProof
{
    /// <summary>
    /// Least cosine between the change that is seen and the one that the weight predicts. Rounding to float16 or to eight bits
    /// leaves more; another weight, or the same one with classes and features exchanged, gives about 0.
    /// </summary>
    private const double LeastCosine = 0.9;

    /// <summary>A probability below may be rounded to nothing by a softmax in the network.</summary>
    private const float LeastProbability = 1e-30f;

    /// <summary>The spec's layer, with its weight the right way round; null where it is not what makes the classes.</summary>
    /// <param name="spec">Of the backbone.</param>
    /// <param name="file">Its ONNX file.</param>
    /// <param name="first">What it gave for an image.</param>
    /// <param name="second">What it gave for another one.</param>
    public static ClassifierLayer? Proven(BackboneSpec spec, string file, BackboneOutput first, BackboneOutput second)
    {
        if (spec.Classifier is not { } layer)
        {
            return null;
        }

        byte[] content = File.ReadAllBytes(file);
        foreach (bool classesFirst in new[] { layer.ClassesFirst, !layer.ClassesFirst })
        {
            ClassifierLayer candidate = layer with { ClassesFirst = classesFirst };
            try
            {
                if (Cosine(NetworkPrior.Rows(spec with { Classifier = candidate }, content), candidate, first, second) >= LeastCosine)
                {
                    return candidate;
                }
            }
            catch (BackboneException)
            {
                // No weight of this shape: the other way round, it may be one. Without any the backbone works, but without a prior.
            }
        }

        return null;
    }

    private static double Cosine(float[][] rows, ClassifierLayer layer, BackboneOutput first, BackboneOutput second)
    {
        float[] change = new float[rows[0].Length];
        TensorPrimitives.Subtract(
            first.FeaturesOf(0).Slice(layer.FirstFeature, change.Length), second.FeaturesOf(0).Slice(layer.FirstFeature, change.Length),
            change);
        List<double> seen = [];
        List<double> predicted = [];
        for (int i = 0; i < rows.Length; i++)
        {
            (float before, float after) = (second.ProbabilitiesOf(0)[i], first.ProbabilitiesOf(0)[i]);
            if (Math.Min(before, after) >= LeastProbability)
            {
                seen.Add(Math.Log(after) - Math.Log(before));
                predicted.Add(TensorPrimitives.Dot<float>(rows[i], change));
            }
        }

        // Softmax leaves open a number that is the same for all classes.
        return seen.Count < 2 ? 0 : TensorPrimitives.CosineSimilarity<double>(Centred(seen), Centred(predicted));
    }

    private static double[] Centred(List<double> values)
    {
        double mean = values.Average();
        return [.. values.Select(value => value - mean)];
    }
}
