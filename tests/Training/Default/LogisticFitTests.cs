using ClockFunctions.Core.Training.Default;
using TorchSharp;
using static TorchSharp.torch;

namespace ClockFunctions.Tests.Training.Default;

public class LogisticFitTests
{
    // Five points on a line and their classes, overlapping.
    private static readonly float[] X = [-2, -1, 0.5f, 1, 3];
    private static readonly float[] Y = [0, 0, 1, 0, 1];

    [Fact]
    public void ItFindsTheMinimumThatPlainNewtonFinds()
    {
        using DisposeScope scope = NewDisposeScope();
        LogisticFit fit = Fit([[0.2f, 0.2f, 0.2f, 0.2f, 0.2f]]);

        fit.Minimise(strength: 0.1, tolerance: 1e-6, mostIterations: 100);

        (double w, double b) = Newton(strength: 0.1, [0.2, 0.2, 0.2, 0.2, 0.2]);
        Assert.Equal(w, fit.Problems[0].Coefficients[0], 1e-4); // float32 sums
        Assert.Equal(b, fit.Problems[0].Coefficients[1], 1e-4);
    }

    [Fact]
    public void ProblemsSolvedSideBySideAreSolvedAsIfAlone()
    {
        using DisposeScope scope = NewDisposeScope();
        LogisticFit fit = Fit([[0.2f, 0.2f, 0.2f, 0.2f, 0.2f], [0, 0.25f, 0.25f, 0.25f, 0.25f], [0.5f, 0, 0, 0, 0.5f]]);

        fit.Minimise(strength: 0.1, tolerance: 1e-6, mostIterations: 100);

        double[][] shares = [[0.2, 0.2, 0.2, 0.2, 0.2], [0, 0.25, 0.25, 0.25, 0.25], [0.5, 0, 0, 0, 0.5]];
        for (int i = 0; i < shares.Length; i++)
        {
            (double w, double b) = Newton(strength: 0.1, shares[i]);
            Assert.Equal(w, fit.Problems[i].Coefficients[0], 1e-4);
            Assert.Equal(b, fit.Problems[i].Coefficients[1], 1e-4);
        }
    }

    [Fact]
    public void MarginsAreRowsTimesCoefficientsAlsoWhereARowHasNoShare()
    {
        using DisposeScope scope = NewDisposeScope();
        LogisticFit fit = Fit([[0, 0.25f, 0.25f, 0.25f, 0.25f]]);

        fit.Minimise(strength: 0.1, tolerance: 1e-6, mostIterations: 100);

        float w = fit.Problems[0].Coefficients[0], b = fit.Problems[0].Coefficients[1];
        Assert.Equal((w * X[0]) + b, fit.Problems[0].Margins[0], 1e-5);
    }

    [Fact]
    public void SeparableRowsHaveAFiniteSolutionAndAWeakerPenaltyALargerOne()
    {
        using DisposeScope scope = NewDisposeScope();
        LogisticFit fit = new(Rows(), [0, 0, 0, 1, 1], [[0.2f, 0.2f, 0.2f, 0.2f, 0.2f]]);

        fit.Minimise(strength: 0.1, tolerance: 1e-6, mostIterations: 200);
        float strong = fit.Problems[0].Coefficients[0];
        int iterations = fit.Minimise(strength: 0.001, tolerance: 1e-6, mostIterations: 200);
        float weak = fit.Problems[0].Coefficients[0];

        Assert.InRange(iterations, 1, 199);
        Assert.InRange(weak, strong, 100);
    }

    [Fact]
    public void ASolvedProblemTakesNoIteration()
    {
        using DisposeScope scope = NewDisposeScope();
        LogisticFit fit = Fit([[0.2f, 0.2f, 0.2f, 0.2f, 0.2f]]);
        fit.Minimise(strength: 0.1, tolerance: 1e-4, mostIterations: 100);

        Assert.Equal(0, fit.Minimise(strength: 0.1, tolerance: 1e-4, mostIterations: 100));
    }

    private static LogisticFit Fit(float[][] shares) => new(Rows(), Y, shares);

    private static Tensor Rows() => tensor(X.SelectMany(x => new[] { x, 1 }).ToArray()).view(-1, 2);

    /// <summary>Full Newton steps in double precision on two unknowns: from 0 they converge on this small problem.</summary>
    private static (double W, double B) Newton(double strength, double[] shares)
    {
        (double w, double b) = (0, 0);
        for (int step = 0; step < 50; step++)
        {
            (double gw, double gb, double ww, double wb, double bb) = (strength * w, 0, strength, 0, 0);
            for (int i = 0; i < X.Length; i++)
            {
                double p = 1 / (1 + Math.Exp(-((w * X[i]) + b)));
                (gw, gb) = (gw + (shares[i] * (p - Y[i]) * X[i]), gb + (shares[i] * (p - Y[i])));
                double bend = shares[i] * p * (1 - p);
                (ww, wb, bb) = (ww + (bend * X[i] * X[i]), wb + (bend * X[i]), bb + bend);
            }

            double determinant = (ww * bb) - (wb * wb);
            (w, b) = (w - (((bb * gw) - (wb * gb)) / determinant), b - (((ww * gb) - (wb * gw)) / determinant));
        }

        return (w, b);
    }
}
