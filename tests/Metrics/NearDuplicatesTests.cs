using ClockFunctions.Core.Metrics;

namespace ClockFunctions.Tests.Metrics;

public class NearDuplicatesTests
{
    [Fact]
    public void ImagesAreGroupedByTheAngleBetweenTheirFeatures()
    {
        // cos 10° = 0.985, cos 20° = 0.940: at 0.02 only neighbours 10° apart join, and then by way of one another.
        float[][] features = [.. new[] { 0.0, 90, 10, 20, 95, 200 }.Select(degrees => At(degrees, length: 1 + degrees))];

        Assert.Equal([0, 1, 0, 0, 1, 5], NearDuplicates.Group(features, 0.02));
        Assert.Equal([0, 1, 2, 3, 4, 5], NearDuplicates.Group(features, 0.0001));
    }

    [Fact]
    public void EveryPairIsComparedAcrossBlocks()
    {
        // 400 random rows of 32, each with a copy (scaled, so exact but for rounding) 400 places later.
        Random random = new(4);
        float[][] rows = [
            .. Enumerable.Range(0, 400).Select(_ => Enumerable.Range(0, 32).Select(_ => (float)random.NextDouble() - 0.5f).ToArray())];
        float[][] features = [.. rows, .. rows.Select(row => row.Select(value => 3 * value).ToArray())];

        Assert.Equal([.. Enumerable.Range(0, 400), .. Enumerable.Range(0, 400)], NearDuplicates.Group(features, 1e-5));
    }

    [Fact]
    public void BlankImagesAndNoImagesAreNoTrouble()
    {
        Assert.Empty(NearDuplicates.Group([]));
        Assert.Equal([0, 1, 2], NearDuplicates.Group([new float[8], [1, 0, 0, 0, 0, 0, 0, 0], new float[8]]));
    }

    private static float[] At(double degrees, double length) =>
        [(float)(length * Math.Cos(degrees * Math.PI / 180)), (float)(length * Math.Sin(degrees * Math.PI / 180))];
}
