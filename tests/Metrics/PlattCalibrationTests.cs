using ClockFunctions.Core.Metrics;

namespace ClockFunctions.Tests.Metrics;

public class PlattCalibrationTests
{
    [Theory]
    [InlineData(9, 9)]
    [InlineData(3, 40)]
    [InlineData(1, 1)]
    public void TwoScoresHaveAClosedForm(int positives, int negatives)
    {
        // N₊ targets at z = 1 and N₋ others at z = 0: the optimum meets both smoothed targets exactly, so
        // B = logit(1/(N₋+2)) = −ln(N₋+1) and A + B = logit((N₊+1)/(N₊+2)) = ln(N₊+1).
        PlattScaling scaling = Fit(Enumerable.Repeat((1.0, true), positives).Concat(Enumerable.Repeat((0.0, false), negatives)));

        Assert.Equal(-Math.Log(negatives + 1), scaling.B, 8);
        Assert.Equal(Math.Log(positives + 1), scaling.A + scaling.B, 8);
    }

    [Theory]
    [InlineData(1e-6, 0)]
    [InlineData(1e6, 0)]
    [InlineData(3, -5000)]
    public void TheScaleAndOriginOfScoresDoNotMatter(double scale, double shift)
    {
        (double Score, bool IsTarget)[] scores = [(-2, false), (-1, false), (-0.5, true), (0.3, false), (0.8, true), (1.7, true)];
        PlattScaling plain = Fit(scores);
        PlattScaling scaled = Fit(scores.Select(score => ((scale * score.Score) + shift, score.IsTarget)));

        foreach ((double score, _) in scores)
        {
            Assert.Equal(
                PlattCalibration.Sigmoid((plain.A * score) + plain.B),
                PlattCalibration.Sigmoid((scaled.A * ((scale * score) + shift)) + scaled.B),
                8);
        }
    }

    [Fact]
    public void TheOptimumMeetsTheSmoothedTargetsOnAverage()
    {
        // The gradient's two zeros: Σ(p − t) = 0 and Σ(p − t)·z = 0.
        (double Score, bool IsTarget)[] scores = [(-2, false), (-1, false), (-0.5, true), (0.3, false), (0.8, true), (1.7, true)];
        PlattScaling scaling = Fit(scores);
        double[] errors = [
            .. scores.Select(s => PlattCalibration.Sigmoid((scaling.A * s.Score) + scaling.B) - (s.IsTarget ? 4 / 5.0 : 1 / 5.0))];

        Assert.Equal(0, errors.Sum(), 9);
        Assert.Equal(0, errors.Zip(scores, (error, s) => error * s.Score).Sum(), 9);
    }

    [Fact]
    public void OneClassAndEqualScoresGiveAConstant()
    {
        PlattScaling oneClass = Fit([(1, true), (5, true), (9, true)]);
        PlattScaling equal = Fit([(5, true), (5, false), (5, false), (5, false)]);

        // (3+1)/(3+2) for three targets; the mean of 2/3 and three times 1/5 for the other.
        Assert.Equal((0, Math.Log(4)), (Math.Round(oneClass.A, 9), oneClass.B));
        Assert.Equal(0, equal.A);
        Assert.Equal(((2 / 3.0) + (3 / 5.0)) / 4, PlattCalibration.Sigmoid(equal.B), 12);
    }

    [Fact]
    public void ImpossibleInputIsRefused()
    {
        Assert.Throws<ArgumentException>(() => PlattCalibration.Fit([], []));
        Assert.Throws<ArgumentException>(() => PlattCalibration.Fit([1, 2], [true]));
        Assert.Throws<ArgumentException>(() => PlattCalibration.Fit([1, double.NaN], [true, false]));
    }

    private static PlattScaling Fit(IEnumerable<(double Score, bool IsTarget)> scores)
    {
        (double Score, bool IsTarget)[] all = [.. scores];
        return PlattCalibration.Fit([.. all.Select(s => s.Score)], [.. all.Select(s => s.IsTarget)]);
    }
}
