using ClockFunctions.Core.Metrics;

namespace ClockFunctions.Tests.Metrics;

public class PlattCalibrationTests
{
    private static readonly PlattScaling Usual = new(2, -1);

    private static readonly (double Score, bool IsTarget)[] Mixed =
        [(-2, false), (-1, false), (-0.5, true), (0.3, false), (0.8, true), (1.7, true)];

    [Theory]
    [InlineData(9, 9, 16)]
    [InlineData(3, 40, 1)]
    [InlineData(1, 1, 100)]
    public void TwoScoresHaveAClosedForm(int positives, int negatives, double weight)
    {
        // N₊ targets at z = 1 and N₋ others at z = 0: the optimum meets both mixed targets exactly.
        int images = positives + negatives;
        PlattScaling scaling = Fit(
            Enumerable.Repeat((1.0, true), positives).Concat(Enumerable.Repeat((0.0, false), negatives)), Usual, weight);

        double other = weight * PlattCalibration.Sigmoid(-1) / (images + weight);
        double target = (images + (weight * PlattCalibration.Sigmoid(1))) / (images + weight);
        Assert.Equal(Math.Log(other / (1 - other)), scaling.B, 8);
        Assert.Equal(Math.Log(target / (1 - target)), scaling.A + scaling.B, 8);
    }

    [Theory]
    [InlineData(1e-6, 0)]
    [InlineData(1e6, 0)]
    [InlineData(3, -5000)]
    public void TheScaleAndOriginOfScoresDoNotMatterWhereTheUsualScalingHasThem(double scale, double shift)
    {
        PlattScaling plain = Fit(Mixed, Usual, 4);
        PlattScaling scaled = Fit(
            Mixed.Select(score => ((scale * score.Score) + shift, score.IsTarget)),
            new PlattScaling(Usual.A / scale, Usual.B - (Usual.A * shift / scale)), 4);

        foreach ((double score, _) in Mixed)
        {
            Assert.Equal(
                PlattCalibration.Sigmoid((plain.A * score) + plain.B),
                PlattCalibration.Sigmoid((scaled.A * ((scale * score) + shift)) + scaled.B),
                8);
        }
    }

    [Fact]
    public void TheOptimumMeetsTheTargetsOnAverage()
    {
        // The gradient's two zeros: Σ(p − t) = 0 and Σ(p − t)·z = 0.
        PlattScaling scaling = Fit(Mixed, Usual, 3);
        double[] errors = [.. Mixed.Select(s => PlattCalibration.Sigmoid((scaling.A * s.Score) + scaling.B)
            - (((s.IsTarget ? 6 : 0) + (3 * PlattCalibration.Sigmoid((2 * s.Score) - 1))) / 9))];

        // The loss is flat to the last bit where its gradient is the root of that, some 1e-8.
        Assert.Equal(0, errors.Sum(), 7);
        Assert.Equal(0, errors.Zip(Mixed, (error, s) => error * s.Score).Sum(), 7);
    }

    [Fact]
    public void FewImagesLeaveTheUsualScalingAndManyReplaceIt()
    {
        // Scores that say the opposite of what is usual.
        (double, bool)[] opposite = [(1, false), (-1, true), (0.5, false), (-0.2, true)];
        PlattScaling few = Fit(opposite, Usual, 1000);
        PlattScaling many = Fit(Enumerable.Repeat(opposite, 1000).SelectMany(scores => scores), Usual, 4);

        Assert.Equal(2, few.A, 0.1);
        Assert.Equal(-1, few.B, 0.1);
        Assert.True(many.A < -2);
    }

    [Fact]
    public void EqualScoresLeaveTheUsualScaling() =>
        Assert.Equal(Usual, Fit([(5, true), (5, false), (5, false), (5, false)], Usual, 16));

    [Fact]
    public void SeparatedScoresOfOneClassDoNotBecomeCertainties()
    {
        PlattScaling scaling = Fit([(1, true), (5, true), (9, true)], Usual, 16);

        Assert.InRange(PlattCalibration.Sigmoid(scaling.A + scaling.B), 0.5, 0.9999);
    }

    [Fact]
    public void ImpossibleInputIsRefused()
    {
        Assert.Throws<ArgumentException>(() => PlattCalibration.Fit([], [], Usual, 16));
        Assert.Throws<ArgumentException>(() => PlattCalibration.Fit([1, 2], [true], Usual, 16));
        Assert.Throws<ArgumentException>(() => PlattCalibration.Fit([1, double.NaN], [true, false], Usual, 16));
        Assert.Throws<ArgumentOutOfRangeException>(() => PlattCalibration.Fit([1, 2], [true, false], Usual, 0));
    }

    private static PlattScaling Fit(IEnumerable<(double Score, bool IsTarget)> scores, PlattScaling usual, double weight)
    {
        (double Score, bool IsTarget)[] all = [.. scores];
        return PlattCalibration.Fit([.. all.Select(s => s.Score)], [.. all.Select(s => s.IsTarget)], usual, weight);
    }
}
