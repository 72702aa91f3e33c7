using System.Numerics.Tensors;
using ClockFunctions.Core.Metrics;

namespace ClockFunctions.Tests.Metrics;

public class SphericalKMeansTests
{
    [Fact]
    public void RowsAroundFewDirectionsGetACentreAtEach()
    {
        float[][] rows = Around([[1, 0, 0], [0, 1, 0], [0, 0, 1]], each: 30, noise: 0.05);

        SphericalKMeans means = SphericalKMeans.Fit(rows, k: 3, seed: 1);

        Assert.Equal(3, means.Centres.Length);
        Assert.All(means.Centres, centre => Assert.Equal(1, TensorPrimitives.Norm<float>(centre), 1e-5));
        Assert.All((int[])[0, 1, 2], axis => Assert.Contains(means.Centres, centre => centre[axis] > 0.99));
    }

    [Fact]
    public void TheSameSeedGivesTheSameCentresAndAnotherOneMayNot()
    {
        float[][] rows = Around([[1, 0, 0]], each: 200, noise: 0.5);

        Assert.Equal(SphericalKMeans.Fit(rows, 8, seed: 1).Centres, SphericalKMeans.Fit(rows, 8, seed: 1).Centres);
        Assert.NotEqual(SphericalKMeans.Fit(rows, 8, seed: 1).Centres, SphericalKMeans.Fit(rows, 8, seed: 2).Centres);
    }

    [Fact]
    public void NoMoreCentresComeOutThanRowsDiffer()
    {
        float[][] rows = [.. Enumerable.Range(0, 20).Select(i => (float[])(i % 2 == 0 ? [1, 0] : [0, 1]))];

        SphericalKMeans means = SphericalKMeans.Fit(rows, k: 5, seed: 1);

        Assert.Equal(2, means.Centres.Length);
        Assert.All(means.LeaveOneOutDistances(), distance => Assert.Equal(0, distance, 1e-6)); // each has its like without itself
    }

    [Fact]
    public void ALeaveOneOutDistanceIsThatToTheNearestCentreWithoutTheRow()
    {
        float[][] rows = Around([[1, 0, 0], [0, 1, 0]], each: 10, noise: 0.2);
        SphericalKMeans means = SphericalKMeans.Fit(rows, k: 2, seed: 1);
        int[] group = [.. rows.Select(row => Cosine(row, means.Centres[0]) > Cosine(row, means.Centres[1]) ? 0 : 1)];

        double[] distances = means.LeaveOneOutDistances();

        for (int i = 0; i < rows.Length; i++)
        {
            float[] others = new float[3];
            for (int j = 0; j < rows.Length; j++)
            {
                if (j != i && group[j] == group[i])
                {
                    TensorPrimitives.Add(others, rows[j], others);
                }
            }

            SphericalKMeans.Normalise(others);
            double nearest = Math.Max(Cosine(rows[i], others), Cosine(rows[i], means.Centres[1 - group[i]]));
            Assert.Equal(1 - nearest, distances[i], 1e-5);
        }
    }

    [Fact]
    public void ARowThatIsAloneIsMeasuredAgainstTheOtherGroups()
    {
        float[][] rows = [[1, 0], [1, 0], [1, 0], [0, 1]];

        Assert.Equal(1, SphericalKMeans.Fit(rows, k: 2, seed: 1).LeaveOneOutDistances()[3], 1e-6);
    }

    private static double Cosine(float[] a, float[] b) => TensorPrimitives.Dot<float>(a, b);

    private static float[][] Around(float[][] directions, int each, double noise)
    {
        Random random = new(3);
        return [.. directions.SelectMany(direction => Enumerable.Range(0, each).Select(_ =>
        {
            float[] row = [.. direction.Select(x => x + (float)(noise * ((2 * random.NextDouble()) - 1)))];
            SphericalKMeans.Normalise(row);
            return row;
        }))];
    }
}
