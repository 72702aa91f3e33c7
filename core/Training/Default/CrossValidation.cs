using ClockFunctions.Core.Metrics;

namespace ClockFunctions.Core.Training.Default;

/// <summary>
/// Logistic regression on all training images and, beside it, on all but each fold: what the latter say about
/// the fold they did not see tells how good a penalty is, and calibrates the former. Their margins are mixed with those of what
/// the network knows before anybody looks at them.
/// </summary>
internal sealed class CrossValidation
{
    /// <summary>Largest gradient component of a solved problem; a tenth of it changes no score by 0.001.</summary>
    private const double Tolerance = 1e-4;

    private const int MostIterations = 200;

    /// <summary>
    /// The scaling that fits margins of <see cref="MarginScale"/> on images that no fit saw: found on draws of few photos
    /// of other things than clocks, and alike on both backbones (docs/quality.md).
    /// </summary>
    private static readonly PlattScaling Usual = new(8, -0.7);

    /// <summary>How many images that scaling is worth.</summary>
    private const double UsualWeight = 16;

    private readonly bool[] _isTarget;
    private readonly int[] _fold;
    private readonly int _views;
    private readonly KnownMargins _known;
    private readonly LogisticFit _fit;

    /// <param name="matrix">n·V rows: the views of the first image, of the second, ….</param>
    /// <param name="isTarget">For each of the n images.</param>
    /// <param name="folds">Both classes in each and outside of it; none for a plain fit.</param>
    /// <param name="views">V.</param>
    /// <param name="known">What the network knows about the n images.</param>
    public CrossValidation(FeatureMatrix matrix, bool[] isTarget, Folds folds, int views, KnownMargins known)
    {
        (_isTarget, _fold, _views, _known) = (isTarget, folds.Of, views, known);
        int rows = isTarget.Length * views;
        float[] targets = new float[rows];
        float[][] shares = [.. Enumerable.Range(0, folds.Count + 1).Select(_ => new float[rows])];
        for (int problem = 0; problem <= folds.Count; problem++)
        {
            // Both classes weigh the same, however rare one of them is.
            bool Sees(int image) => problem == folds.Count || folds.Of[image] != problem;
            int positives = Enumerable.Range(0, isTarget.Length).Count(i => Sees(i) && isTarget[i]);
            int negatives = Enumerable.Range(0, isTarget.Length).Count(i => Sees(i) && !isTarget[i]);
            for (int row = 0; row < rows; row++)
            {
                int image = row / views;
                targets[row] = isTarget[image] ? 1 : 0;
                shares[problem][row] = !Sees(image) ? 0 : 0.5f / (isTarget[image] ? positives : negatives) / views;
            }
        }

        _fit = new LogisticFit(matrix.Rows, targets, shares);
    }

    /// <summary>Solves for a penalty, starting from the last solution.</summary>
    public Solution Solve(double strength)
    {
        int iterations = _fit.Minimise(strength, Tolerance, MostIterations);
        float[] coefficients = [.. _fit.Problems[^1].Coefficients];
        int folds = _fit.Problems.Count - 1;
        float[][] margins = [.. _fit.Problems.Select(problem => CleanViews(problem.Margins))];
        MarginScale[] scales = [.. margins.Select((learned, problem) => MarginScale.Of(
            learned, _known, _isTarget, image => problem == folds || _fold[image] != problem))];
        if (folds == 0)
        {
            return new Solution(strength, iterations, coefficients, scales[^1], [], Usual, double.NaN);
        }

        // What the fit without an image's fold says about its clean view.
        double[] unseen = [.. _fold.Select((fold, image) => scales[fold].Mix(margins[fold][image], _known.Margins[image]))];
        PlattScaling calibration = PlattCalibration.Fit(unseen, _isTarget, Usual, UsualWeight);
        double[] probabilities = [.. unseen.Select(z => PlattCalibration.Sigmoid((calibration.A * z) + calibration.B))];
        return new Solution(strength, iterations, coefficients, scales[^1], probabilities, calibration, LogLoss(probabilities));
    }

    private float[] CleanViews(float[] margins) => [.. Enumerable.Range(0, _isTarget.Length).Select(image => margins[image * _views])];

    private double LogLoss(double[] probabilities)
    {
        double sum = 0;
        for (int i = 0; i < probabilities.Length; i++)
        {
            double right = _isTarget[i] ? probabilities[i] : 1 - probabilities[i];
            sum -= Math.Log(Math.Max(right, double.Epsilon));
        }

        return sum / probabilities.Length;
    }
}

/// <summary>What one penalty gives.</summary>
/// <param name="Strength">Of the L2 penalty.</param>
/// <param name="Iterations">That it took.</param>
/// <param name="Coefficients">F+1 float32 of the fit on all images, the bias last.</param>
/// <param name="Scale">Of the margins of the fit on all images.</param>
/// <param name="Unseen">Calibrated probability of each image by the fit that did not see it; empty without folds.</param>
/// <param name="Calibration">Fitted to the mixed margins of unseen images; the usual one without folds.</param>
/// <param name="Loss">Mean log loss of <paramref name="Unseen"/>; NaN without folds.</param>
internal sealed record Solution(
    double Strength, int Iterations, float[] Coefficients, MarginScale Scale, double[] Unseen, PlattScaling Calibration, double Loss);
