using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ClockFunctions.Core.Training;

/// <summary>
/// Features of training images as float32 rows, each feature centred, all divided by one number that makes their
/// typical deviation 1, with a column of ones for the bias.
/// </summary>
/// <remarks>
/// One number for all, because a feature that varies more than others says more: on 20 random splits of 1,192 photos
/// (MobileNetV2), dividing each by its own deviation gave recall 0.988 at precision 0.97, this 0.990, and it cannot blow up a
/// feature that hardly ever fires. Its tensors live in the dispose scope in which it was made.
/// </remarks>
internal sealed class FeatureMatrix
{
    /// <summary>Keeps a set whose features are all constant from dividing by zero.</summary>
    private const double LeastPositive = 1e-12;

    /// <summary>Rows that are converted at a time: a span cannot cover more than 2 GB.</summary>
    private const int Chunk = 4096;

    private FeatureMatrix(Tensor rows, Tensor mean, double deviation) => (Rows, Mean, Deviation) = (rows, mean, deviation);

    /// <summary>n×(F+1) float32: the views of the first image, of the second, …; the last column is 1.</summary>
    public Tensor Rows { get; }

    /// <summary>F float32, of the raw features.</summary>
    private Tensor Mean { get; }

    /// <summary>Root of the mean variance of the raw features.</summary>
    private double Deviation { get; }

    /// <param name="set">The features.</param>
    /// <param name="images">Indices of the images to take.</param>
    /// <param name="views">Views of each to take, the clean one first.</param>
    public static FeatureMatrix Of(TrainingSet set, IReadOnlyList<int> images, int views)
    {
        using DisposeScope scope = NewDisposeScope();
        int width = set.FeatureWidth;
        Tensor rows = empty((long)images.Count * views, width + 1);
        for (int first = 0; first < images.Count; first += Chunk)
        {
            int count = Math.Min(Chunk, images.Count - first);
            Tensor part = rows.narrow(0, (long)first * views, (long)count * views);
            Fill(MemoryMarshal.Cast<byte, float>(part.bytes), set, images, first, count, views);
        }

        Tensor features = rows.narrow(1, 0, width);
        (Tensor variance, Tensor mean) = var_mean(features, [0], unbiased: false);
        double deviation = Math.Max(Math.Sqrt(variance.mean().item<float>()), LeastPositive);
        features.sub_(mean).div_(deviation);
        return new FeatureMatrix(scope.MoveToOuter(rows), scope.MoveToOuter(mean), deviation);
    }

    /// <summary>Coefficients for these rows, scaled and shifted, as weight and bias for raw ones.</summary>
    /// <param name="coefficients">F+1 float32, the bias last.</param>
    /// <param name="scale">Factor of the margin.</param>
    /// <param name="shift">Added to the scaled margin.</param>
    public (float[] Weight, float Bias) Fold(Tensor coefficients, double scale, double shift)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor exact = coefficients.to_type(ScalarType.Float64) * scale;
        Tensor weight = exact.narrow(0, 0, exact.size(0) - 1) / Deviation;
        double bias = (exact[^1] - (weight * Mean).sum()).item<double>() + shift;
        return (weight.to_type(ScalarType.Float32).data<float>().ToArray(), (float)bias);
    }

    private static void Fill(Span<float> rows, TrainingSet set, IReadOnlyList<int> images, int first, int count, int views)
    {
        int width = set.FeatureWidth;
        for (int i = 0; i < count * views; i++)
        {
            Span<float> row = rows.Slice(i * (width + 1), width + 1);
            HalfRow.Read(set.Features(images[first + (i / views)], i % views), row);
            row[width] = 1;
        }
    }
}
