using System.Numerics.Tensors;

namespace ClockFunctions.Core.Metrics;

/// <summary>
/// Groups of directions: k-means on rows of length 1, whose centres have length 1 too, so that the nearest centre is the one with the
/// smallest cosine distance. Source: Dhillon and Modha 2001, "Concept Decompositions for Large Sparse Text Data Using Clustering"; it
/// starts from rows drawn as Arthur and Vassilvitskii 2007, "k-means++: The Advantages of Careful Seeding".
/// </summary>
public sealed class SphericalKMeans
{
    /// <summary>Few, because each is a pass over all rows, and a centre need only be near its rows, not exactly in their middle.</summary>
    private const int Iterations = 4;

    private readonly float[][] _rows;
    private readonly float[][] _sums;
    private readonly int[] _group;

    private SphericalKMeans(float[][] rows, float[][] centres)
    {
        _rows = rows;
        Centres = centres;
        _sums = [.. centres.Select(centre => new float[centre.Length])];
        _group = new int[rows.Length];
    }

    /// <summary>At most k directions, each of length 1.</summary>
    public float[][] Centres { get; private set; }

    /// <param name="rows">At least one, each of length 1 and as wide as the others; see <see cref="Normalise"/>.</param>
    /// <param name="k">Groups at most, 1 or more; fewer come out where fewer rows differ.</param>
    /// <param name="seed">Of the draw.</param>
    /// <returns>The same for the same rows, seed and machine.</returns>
    public static SphericalKMeans Fit(float[][] rows, int k, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows.Length, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        SphericalKMeans means = new(rows, Seeds(rows, k, new Random(seed)));
        for (int i = 0; i < Iterations; i++)
        {
            means.Assign();
            means.Move();
        }

        means.Assign();
        return means;
    }

    /// <summary>Scales a row to length 1; one of zeros stays as it is.</summary>
    public static void Normalise(Span<float> row)
    {
        float length = TensorPrimitives.Norm<float>(row);
        if (length > 0)
        {
            TensorPrimitives.Divide(row, length, row);
        }
    }

    /// <summary>
    /// The cosine distance of each row to the nearest centre, its own group's centre taken without it: what it would be if the row had
    /// not been there, but for the groups themselves.
    /// </summary>
    public double[] LeaveOneOutDistances()
    {
        double[] distances = new double[_rows.Length];
        for (int i = 0; i < distances.Length; i++)
        {
            double nearest = -1;
            for (int group = 0; group < Centres.Length; group++)
            {
                nearest = Math.Max(nearest, group == _group[i]
                    ? WithoutItself(i) : TensorPrimitives.Dot<float>(_rows[i], Centres[group]));
            }

            distances[i] = 1 - nearest;
        }

        return distances;
    }

    /// <summary>The cosine of a row with the sum of the others of its group; −1 where it is alone in it.</summary>
    private double WithoutItself(int row)
    {
        float[] sum = _sums[_group[row]];
        double along = TensorPrimitives.Dot<float>(_rows[row], sum);
        double length = Math.Sqrt(Math.Max(0, TensorPrimitives.SumOfSquares<float>(sum) - (2 * along) + 1));
        return length > 1e-3 ? (along - 1) / length : -1;
    }

    private static float[][] Seeds(float[][] rows, int k, Random random)
    {
        List<float[]> seeds = [rows[random.Next(rows.Length)]];
        float[] distance = new float[rows.Length];
        Array.Fill(distance, float.PositiveInfinity);
        while (true)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                distance[i] = Math.Min(distance[i], Math.Max(0, 1 - TensorPrimitives.Dot<float>(rows[i], seeds[^1])));
            }

            double total = distance.Sum(d => (double)d);
            if (seeds.Count == k || total < 1e-6 * rows.Length)
            {
                return [.. seeds.Select(seed => (float[])seed.Clone())];
            }

            seeds.Add(rows[Draw(distance, random.NextDouble() * total)]);
        }
    }

    /// <summary>
    /// The row at which the running sum of distances passes a point: the cosine distance is half the squared distance of such rows.
    /// </summary>
    private static int Draw(float[] distance, double point)
    {
        int last = 0;
        for (int i = 0; i < distance.Length; i++)
        {
            if (distance[i] > 0)
            {
                last = i;
                point -= distance[i];
                if (point <= 0)
                {
                    break;
                }
            }
        }

        return last;
    }

    private void Assign()
    {
        foreach (float[] sum in _sums)
        {
            Array.Clear(sum);
        }

        for (int i = 0; i < _rows.Length; i++)
        {
            float best = float.NegativeInfinity;
            for (int group = 0; group < Centres.Length; group++)
            {
                float cosine = TensorPrimitives.Dot<float>(_rows[i], Centres[group]);
                if (cosine > best)
                {
                    (best, _group[i]) = (cosine, group);
                }
            }

            TensorPrimitives.Add(_sums[_group[i]], _rows[i], _sums[_group[i]]);
        }
    }

    /// <summary>Each centre to the middle of its rows; one that has none stays where it is.</summary>
    private void Move()
    {
        for (int group = 0; group < Centres.Length; group++)
        {
            if (TensorPrimitives.SumOfSquares<float>(_sums[group]) > 0)
            {
                _sums[group].CopyTo(Centres[group], 0);
                Normalise(Centres[group]);
            }
        }
    }
}
