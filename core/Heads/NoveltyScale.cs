using System.Numerics.Tensors;

namespace ClockFunctions.Core.Heads;

/// <summary>
/// How far an image is from everything that a head was trained on: its cosine distance to the nearest centre of the training photos'
/// features, as a percentile of the training photos' own distances, each measured without itself. Immutable, safe for concurrent use.
/// </summary>
public sealed class NoveltyScale
{
    /// <summary>Distances at percentiles 0, 1, … 100.</summary>
    public const int Steps = 101;

    private readonly float[] _centres;
    private readonly float[] _distances;

    /// <param name="width">F.</param>
    /// <param name="centres">K×F float32, each of length 1.</param>
    /// <param name="distances">101 cosine distances (0–2), from the smallest to the largest.</param>
    /// <exception cref="ArgumentException">A wrong number of either, or distances that fall or are none.</exception>
    public NoveltyScale(int width, float[] centres, float[] distances)
    {
        if (width < 1 || centres.Length == 0 || centres.Length % width != 0 || !TensorPrimitives.IsFiniteAll<float>(centres))
        {
            throw new ArgumentException("Novelty needs finite centres, each as wide as the features.", nameof(centres));
        }

        if (distances.Length != Steps || !TensorPrimitives.IsFiniteAll<float>(distances)
            || distances.Zip(distances.Skip(1)).Any(pair => pair.First > pair.Second))
        {
            throw new ArgumentException($"Novelty needs {Steps} distances that do not fall.", nameof(distances));
        }

        (FeatureWidth, _centres, _distances) = (width, centres, distances);
    }

    public int FeatureWidth { get; }

    /// <summary>K×F float32.</summary>
    public ReadOnlySpan<float> Centres => _centres;

    public ReadOnlySpan<float> Distances => _distances;

    /// <summary>0: as near as the nearest training photo; 100: farther than all of them. Allocates nothing.</summary>
    /// <param name="features">F float32.</param>
    public double Of(ReadOnlySpan<float> features)
    {
        float length = TensorPrimitives.Norm(features);
        if (length <= 0)
        {
            return 100; // no direction at all
        }

        float nearest = float.NegativeInfinity;
        for (int at = 0; at < _centres.Length; at += FeatureWidth)
        {
            nearest = Math.Max(nearest, TensorPrimitives.Dot(features, _centres.AsSpan(at, FeatureWidth)));
        }

        return Percentile(1 - (nearest / length));
    }

    private double Percentile(float distance)
    {
        int above = 0;
        while (above < Steps && _distances[above] <= distance)
        {
            above++;
        }

        return above switch
        {
            0 => 0,
            Steps => Steps - 1,
            _ => above - 1 + ((distance - _distances[above - 1]) / (double)(_distances[above] - _distances[above - 1])),
        };
    }
}
