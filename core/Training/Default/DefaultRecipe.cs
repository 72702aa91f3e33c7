using System.Globalization;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Settings;
using TorchSharp;
using static TorchSharp.torch;

namespace ClockFunctions.Core.Training.Default;

/// <summary>
/// Recipe <c>default</c>: logistic regression on the features of cached views, both classes weighing the
/// same; the strength of its L2 penalty, its calibration and its threshold come from cross-validation within
/// the training images, so that the validation images stay unseen.
/// </summary>
internal static class DefaultRecipe
{
    public const string Name = "default";

    /// <summary>Strength where there are too few images to cross-validate: the middle of the range.</summary>
    private const double DefaultStrength = 0.3;

    /// <summary>A weaker penalty has to lower the cross-validated loss by this share, or the difference is noise.</summary>
    private const double WorthIt = 0.01;

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
        CrossValidation fits = new(matrix, isTarget, folds, views);
        Solution best = folds.Count == 0 ? fits.Solve(DefaultStrength) : Best(fits, cancellation);

        (float[] weight, float bias) = matrix.Fold(best.Coefficients, best.Calibration.A, best.Calibration.B);
        (double threshold, string choice) = Threshold(images, isTarget, best, settings.Options.Aim);
        return new FittedHead(
            Name, Record(settings.Options, views, folds.Count, best.Strength), weight, bias, best.Calibration, threshold, choice,
            History: []);
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
            return (0.5, "0.5, because there are too few images to choose it");
        }

        ScoredImage[] scored = [.. images.Select((image, i) => new ScoredImage(image.Label, image.Name, isTarget[i], solution.Unseen[i]))];
        (double threshold, string description) = ThresholdChoice.Choose(scored, aim);
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
