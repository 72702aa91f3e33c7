using System.Globalization;
using System.Numerics.Tensors;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Settings;
using TorchSharp;
using static TorchSharp.torch;

namespace ClockFunctions.Core.Training.Default;

/// <summary>
/// Recipe <c>default</c>: logistic regression on the features of cached views, both classes weighing the
/// same, mixed with what the network's own classifier knows about the target; the strength of its L2 penalty, its calibration and
/// its threshold come from cross-validation within the training images, so that the validation images stay unseen. All of it is
/// one weight vector and one bias in the end.
/// </summary>
internal static class DefaultRecipe
{
    public const string Name = "default";

    /// <summary>Strength where there are too few images to cross-validate: the middle of the range.</summary>
    private const double DefaultStrength = 0.3;

    /// <summary>
    /// Threshold where there are too few images to choose one: below a half, because a fit is surer of the one image of a kind
    /// that it saw than of any that it did not see.
    /// </summary>
    private const double DefaultThreshold = 0.25;

    /// <summary>A weaker penalty has to lower the cross-validated loss by this share, or the difference is noise.</summary>
    private const double WorthIt = 0.015;

    /// <summary>Penalties in a row that were not worth it, after which weaker ones are not tried.</summary>
    private const int Patience = 2;

    /// <summary>
    /// From strong to weak, so that each solution starts from the one before. The penalty is on scaled features
    /// and beside the mean loss, so the useful range hardly depends on the backbone or the number of images.
    /// </summary>
    private static readonly double[] Strengths = [100, 30, 10, 3, 1, 0.3, 0.1, 0.03, 0.01];

    /// <param name="set">All images.</param>
    /// <param name="train">Indices of the images to train on, both classes among them.</param>
    /// <param name="settings">What to make.</param>
    /// <param name="cancellation">Gives up between penalties.</param>
    public static FittedHead Fit(TrainingSet set, int[] train, TrainingSettings settings, CancellationToken cancellation)
    {
        Libtorch.Prepare();
        using DisposeScope scope = NewDisposeScope();
        TrainingImage[] images = [.. train.Select(i => set.Images[i])];
        bool[] isTarget = [.. images.Select(image => image.Label == settings.Target)];
        Folds folds = Folds.Assign(set, train, isTarget, settings.Options.Seed);
        int views = Math.Min(settings.Options.Views, set.Views);

        FeatureMatrix matrix = new(set, train, views);
        KnownMargins known = KnownMargins.Of(settings.Prior, set, train, isTarget);
        CrossValidation fits = new(matrix, isTarget, folds, views, known);
        Solution best = folds.Count == 0 ? fits.Solve(DefaultStrength) : Best(fits, cancellation);

        (float[] weight, float bias) = Fold(matrix, best, known);
        (double threshold, string choice) = Threshold(images, isTarget, best, settings.Options.Aim);
        return new FittedHead(
            Name, Record(settings.Options, views, folds.Count, best.Strength), weight, bias, best.Calibration, threshold, choice,
            History: [])
        {
            Prior = known.Record,
        };
    }

    /// <summary>Standardisation, prior and calibration, all in one weight and one bias.</summary>
    private static (float[] Weight, float Bias) Fold(FeatureMatrix matrix, Solution solution, KnownMargins known)
    {
        (double a, MarginScale scale) = (solution.Calibration.A, solution.Scale);
        (float[] weight, float bias) = matrix.Fold(
            solution.Coefficients, a * scale.Learned, (a * scale.Shift) + solution.Calibration.B);
        if (known.Share > 0)
        {
            TensorPrimitives.MultiplyAdd(known.Weight, (float)(a * scale.Known), weight, weight);
        }

        return (weight, bias);
    }

    private static Solution Best(CrossValidation fits, CancellationToken cancellation)
    {
        Solution best = fits.Solve(Strengths[0]);
        int disappointments = 0;
        foreach (double strength in Strengths.Skip(1))
        {
            cancellation.ThrowIfCancellationRequested();
            Solution next = fits.Solve(strength);
            if (next.Loss < best.Loss * (1 - WorthIt))
            {
                (best, disappointments) = (next, 0);
            }
            else if (++disappointments == Patience)
            {
                break;
            }
        }

        return best;
    }

    private static (double Threshold, string Choice) Threshold(TrainingImage[] images, bool[] isTarget, Solution solution, string aim)
    {
        if (solution.Unseen.Length == 0)
        {
            return (DefaultThreshold, FormattableString.Invariant($"{DefaultThreshold}, because there are too few images to choose it"));
        }

        ScoredImage[] scored = [.. images.Select((image, i) => new ScoredImage(image.Label, image.Name, isTarget[i], solution.Unseen[i]))];
        ThresholdAim wanted = ThresholdAim.Parse(aim);
        (double threshold, string description) = wanted.Kind == AimKind.F1
            ? ThresholdChoice.OfExpectedF1(scored) : ThresholdChoice.Choose(scored, wanted);
        return (threshold, $"{description} on cross-validated training images");
    }

    private static Dictionary<string, string> Record(TrainingOptions options, int views, int folds, double strength) => new()
    {
        ["views"] = views.ToString(CultureInfo.InvariantCulture),
        ["split"] = options.Split,
        ["validationFraction"] = options.ValidationFraction.ToString(CultureInfo.InvariantCulture),
        ["aim"] = options.Aim,
        ["folds"] = folds.ToString(CultureInfo.InvariantCulture),
        ["l2"] = strength.ToString(CultureInfo.InvariantCulture),
        ["classWeights"] = "balanced",
    };
}
