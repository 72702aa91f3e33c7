using System.Numerics.Tensors;

namespace ClockFunctions.Core.Metrics;

/// <summary>
/// Fits probability = 1 / (1 + exp(−(A·z + B))) to raw scores z (Platt 1999), by the damped Newton method of
/// Lin, Lin and Weng, "A note on Platt's probabilistic outputs for support vector machines" (2007),
/// which neither overflows nor takes the logarithm of zero.
/// </summary>
public static class PlattCalibration
{
    private const int MaxIterations = 100;
    private const double SmallestStep = 1e-10;

    /// <summary>Mean gradient at which the optimum is reached.</summary>
    private const double Flat = 1e-12;

    /// <summary>Demanded share of the decrease that the gradient promises (Armijo).</summary>
    private const double SufficientDecrease = 1e-4;

    /// <summary>
    /// The scaling of largest likelihood against targets that are drawn towards what a usual scaling gives, as if so many more
    /// images had confirmed it: few images leave it nearly as it is, many replace it. Platt draws all targets towards a half instead,
    /// by one image of each class, which makes a head of ten images far too timid.
    /// </summary>
    /// <param name="scores">Raw scores on images that the head did not train on, on the scale of the usual scaling, finite.</param>
    /// <param name="targets">Whether each is of the target.</param>
    /// <param name="usual">The scaling; it is the answer itself where all scores are equal.</param>
    /// <param name="weight">How many images it is worth, above 0, so that perfectly separated scores do not become certainties.</param>
    /// <exception cref="ArgumentException">The lengths differ, are zero, or a score is not finite.</exception>
    public static PlattScaling Fit(ReadOnlySpan<double> scores, ReadOnlySpan<bool> targets, PlattScaling usual, double weight)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(weight);
        if (scores.Length == 0 || scores.Length != targets.Length)
        {
            throw new ArgumentException(
                $"Calibration needs a truth for each score: {scores.Length} scores, {targets.Length} truths.", nameof(targets));
        }

        if (!TensorPrimitives.IsFiniteAll(scores))
        {
            throw new ArgumentException("A score to calibrate is not a finite number.", nameof(scores));
        }

        double mean = TensorPrimitives.Average(scores);
        double deviation = TensorPrimitives.StdDev(scores);
        if (deviation <= Math.Abs(mean) * 1e-12)
        {
            return usual;
        }

        double[] aims = new double[targets.Length];
        for (int i = 0; i < aims.Length; i++)
        {
            double expected = Sigmoid((usual.A * scores[i]) + usual.B);
            aims[i] = ((targets[i] ? aims.Length : 0) + (weight * expected)) / (aims.Length + weight);
        }

        // Standardised scores keep the Hessian well conditioned whatever the scale of z; undone at the end.
        double[] standard = [.. scores];
        TensorPrimitives.Subtract(standard, mean, standard);
        TensorPrimitives.Divide(standard, deviation, standard);
        double share = TensorPrimitives.Average<double>(aims);
        (double a, double b) = Minimise(standard, aims, Math.Log(share / (1 - share)));
        return new PlattScaling(a / deviation, b - (a * mean / deviation));
    }

    /// <summary>1 / (1 + exp(−z)) without overflow.</summary>
    public static double Sigmoid(double z) => z >= 0 ? 1 / (1 + Math.Exp(-z)) : Math.Exp(z) / (1 + Math.Exp(z));

    /// <summary>Newton's method with step halving from (0, <paramref name="b"/>); the loss is convex.</summary>
    private static (double A, double B) Minimise(double[] scores, double[] aims, double b)
    {
        double a = 0;
        double loss = Loss(scores, aims, a, b);
        for (int iteration = 0; iteration < MaxIterations; iteration++)
        {
            double gradientA = 0, gradientB = 0, aa = 0, ab = 0, bb = 0;
            for (int i = 0; i < scores.Length; i++)
            {
                double p = Sigmoid((a * scores[i]) + b);
                double curvature = p * (1 - p);
                gradientA += (p - aims[i]) * scores[i];
                gradientB += p - aims[i];
                aa += curvature * scores[i] * scores[i];
                ab += curvature * scores[i];
                bb += curvature;
            }

            double determinant = (aa * bb) - (ab * ab);
            if (Math.Max(Math.Abs(gradientA), Math.Abs(gradientB)) < Flat * scores.Length || determinant <= 0)
            {
                break;
            }

            double stepA = ((ab * gradientB) - (bb * gradientA)) / determinant;
            double stepB = ((ab * gradientA) - (aa * gradientB)) / determinant;
            double slope = (gradientA * stepA) + (gradientB * stepB);

            double length = 1;
            double next = Loss(scores, aims, a + stepA, b + stepB);
            while (next >= loss + (SufficientDecrease * length * slope))
            {
                length /= 2;
                if (length < SmallestStep)
                {
                    // Rounding hides any further decrease.
                    return (a, b);
                }

                next = Loss(scores, aims, a + (length * stepA), b + (length * stepB));
            }

            (a, b, loss) = (a + (length * stepA), b + (length * stepB), next);
        }

        return (a, b);
    }

    /// <summary>Cross-entropy against the smoothed targets; exp is only taken of what is not positive.</summary>
    private static double Loss(double[] scores, double[] aims, double a, double b)
    {
        double loss = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            double z = (a * scores[i]) + b;
            loss += Math.Log(1 + Math.Exp(-Math.Abs(z))) + (z >= 0 ? (1 - aims[i]) * z : -aims[i] * z);
        }

        return loss;
    }
}
