using System.Numerics.Tensors;

namespace ClockFunctions.Core.Backbones.Import;

/// <summary>A tensor that a model gave for one image.</summary>
/// <param name="Values">Row-major elements.</param>
/// <param name="Shape">Its sizes, batch first.</param>
/// <param name="IsHalf">Whether it is float16 in the model.</param>
internal sealed record ProbeTensor(float[] Values, long[] Shape, bool IsHalf)
{
    /// <summary>Whether it has height and width of more than one pixel.</summary>
    public bool IsMap => Shape is [1, > 1, > 1, > 1] or [1, > 1, > 1, 1] or [1, > 1, 1, > 1] or [1, 1, > 1, > 1];

    /// <summary>Whether it is one vector for the image, whatever dimensions of one it has besides.</summary>
    public bool IsRow => Values.Length > 1 && Shape.Count(size => size > 1) == 1 && (Shape.Length < 2 || Shape[0] == 1);

    /// <summary>Whether it is a sequence of vectors for the image, as transformers give it, the first one of the whole image.</summary>
    public bool IsSequence => Shape is [1, > 1, > 1];

    /// <summary>Whether the values are probabilities of all classes; the tolerance allows for float16.</summary>
    public bool IsDistribution => TensorPrimitives.Min<float>(Values) >= 0 && MathF.Abs(TensorPrimitives.Sum<float>(Values) - 1) < 0.01f;

    /// <summary>Mean over height and width: the C values of a 1×C×h×w (or 1×h×w×C) map.</summary>
    public float[] SpatialMean(bool channelsLast)
    {
        int channels = (int)Shape[channelsLast ? 3 : 1];
        int pixels = Values.Length / channels;
        float[] mean = new float[channels];
        for (int i = 0; i < Values.Length; i++)
        {
            mean[channelsLast ? i % channels : i / pixels] += Values[i] / pixels;
        }

        return mean;
    }

    /// <summary>Whether no two values differ by more than <paramref name="tolerance"/> times the largest value.</summary>
    public static bool Same(ReadOnlySpan<float> a, ReadOnlySpan<float> b, float tolerance)
    {
        float scale = MathF.Max(MathF.Abs(TensorPrimitives.MaxMagnitude(a)), 1e-6f);
        float[] difference = new float[a.Length];
        TensorPrimitives.Subtract(a, b, difference);
        return MathF.Abs(TensorPrimitives.MaxMagnitude<float>(difference)) <= tolerance * scale;
    }
}
