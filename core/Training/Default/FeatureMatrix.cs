using System.Numerics.Tensors;
using ClockFunctions.Core.Training.Features;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace ClockFunctions.Core.Training.Default;

/// <summary>
/// Features of training images as float32 rows, each feature centred, all divided by one number that makes their
/// typical deviation 1, with a column of ones for the bias.
/// </summary>
/// <remarks>
/// One number for all, because a feature that varies more than others says more: on 20 random splits of 1,192 photos
/// (MobileNetV2), dividing each by its own deviation gave recall 0.988 at precision 0.97, this 0.990, and it cannot blow up a
/// feature that hardly ever fires. Its tensor lives in the dispose scope in which it was made.
/// </remarks>
internal sealed class FeatureMatrix
{
    /// <summary>Keeps a set whose features are all constant from dividing by zero.</summary>
    private const double LeastDeviation = 1e-12;

    /// <summary>Rows at a time: a span cannot cover more than 2 GB, and float32 sums stay exact enough.</summary>
    private const int Chunk = 4096;

    private readonly TrainingSet _set;
    private readonly IReadOnlyList<int> _images;
    private readonly int _views;
    private readonly float[] _mean;
    private readonly double _deviation;

    /// <param name="set">The features.</param>
    /// <param name="images">Indices of the images to take, at least one.</param>
    /// <param name="views">Views of each to take, the clean one first.</param>
    public FeatureMatrix(TrainingSet set, IReadOnlyList<int> images, int views)
    {
        (_set, _images, _views) = (set, images, views);
        Rows = empty((long)images.Count * views, set.FeatureWidth + 1);
        _mean = Mean();
        double squares = 0;
        ForEachRow((row, features) =>
        {
            HalfRow.Read(features, row);
            TensorPrimitives.Subtract(row[..^1], _mean, row[..^1]);
            squares += TensorPrimitives.SumOfSquares<float>(row[..^1]);
            row[^1] = 1;
        });
        _deviation = Math.Max(Math.Sqrt(squares / ((double)Rows.size(0) * set.FeatureWidth)), LeastDeviation);
        ForEachRow((row, _) => TensorPrimitives.Multiply(row[..^1], (float)(1 / _deviation), row[..^1]));
    }

    private delegate void RowAction(Span<float> row, ReadOnlySpan<Half> features);

    /// <summary>n×(F+1) float32: the views of the first image, of the second, …; the last column is 1.</summary>
    public Tensor Rows { get; }

    /// <summary>Coefficients for these rows, scaled and shifted, as weight and bias for raw features.</summary>
    /// <param name="coefficients">F+1 float32, the bias last.</param>
    /// <param name="scale">Factor of the margin.</param>
    /// <param name="shift">Added to the scaled margin.</param>
    public (float[] Weight, float Bias) Fold(ReadOnlySpan<float> coefficients, double scale, double shift)
    {
        float[] weight = new float[_mean.Length];
        double bias = (coefficients[^1] * scale) + shift;
        for (int i = 0; i < weight.Length; i++)
        {
            double exact = coefficients[i] * scale / _deviation;
            weight[i] = (float)exact;
            bias -= exact * _mean[i];
        }

        return (weight, (float)bias);
    }

    private float[] Mean()
    {
        double[] sum = new double[_set.FeatureWidth];
        float[] partial = new float[sum.Length];
        float[] row = new float[sum.Length];
        for (int first = 0; first < _images.Count; first += Chunk)
        {
            Array.Clear(partial);
            for (int i = first; i < Math.Min(_images.Count, first + Chunk); i++)
            {
                for (int view = 0; view < _views; view++)
                {
                    HalfRow.Read(_set.Features(_images[i], view), row);
                    TensorPrimitives.Add(partial, row, partial);
                }
            }

            for (int feature = 0; feature < sum.Length; feature++)
            {
                sum[feature] += partial[feature];
            }
        }

        return [.. sum.Select(total => (float)(total / ((double)_images.Count * _views)))];
    }

    private void ForEachRow(RowAction action)
    {
        int width = _set.FeatureWidth + 1;
        for (int first = 0; first < _images.Count; first += Chunk)
        {
            using DisposeScope scope = NewDisposeScope();
            int count = Math.Min(Chunk, _images.Count - first);
            Span<float> rows = Libtorch.Values(Rows.narrow(0, (long)first * _views, (long)count * _views));
            for (int i = 0; i < count * _views; i++)
            {
                action(rows.Slice(i * width, width), _set.Features(_images[first + (i / _views)], i % _views));
            }
        }
    }
}
