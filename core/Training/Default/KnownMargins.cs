using System.Numerics.Tensors;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Training.Features;

namespace ClockFunctions.Core.Training.Default;

/// <summary>What the network's own classifier says about the training images, and how far it is to be trusted.</summary>
/// <remarks>
/// Cross-validation cannot choose the share: the images that it leaves out are like those that it keeps, and what the network
/// knows helps most with images that are not. How the constants were found is in docs/quality.md.
/// </remarks>
internal sealed class KnownMargins
{
    /// <summary>Share of a prior that is never wrong, with endless images of the target.</summary>
    private const double LeastShare = 0.23;

    /// <summary>What it is more with hardly any images of the target.</summary>
    private const double MoreShare = 0.3;

    /// <summary>Images of the target with which half of <see cref="MoreShare"/> is left.</summary>
    private const double HalfAt = 10;

    /// <summary>ROC AUC on the training images at or below which the prior is not trusted.</summary>
    private const double LeastRocAuc = 0.8;

    /// <summary>
    /// How much higher the target's mean margin must be than that of the others for any trust, and for all of it. Margins are
    /// differences of logits: classes that mean the target lift them by 2 to 9, others by less than ½. A few images may be
    /// ranked well by chance; on this scale they show it.
    /// </summary>
    private const double LeastLift = 1;

    private const double FullLift = 2;

    private KnownMargins(double[] margins, double deviation, float[]? weight, HeadPrior? record) =>
        (Margins, Deviation, Weight, Record) = (margins, deviation, weight, record);

    /// <summary>The prior's margin of each image's clean view.</summary>
    public double[] Margins { get; }

    /// <summary>Their standard deviation.</summary>
    public double Deviation { get; }

    /// <summary>F float32, for raw features; null where nothing is known.</summary>
    public float[]? Weight { get; }

    /// <summary>For the manifest; null where nothing is known.</summary>
    public HeadPrior? Record { get; }

    /// <summary>The prior's share of a mixed margin, 0–1.</summary>
    public double Share => Record?.Share ?? 0;

    /// <param name="prior">Null where the network has no classes.</param>
    /// <param name="set">All images.</param>
    /// <param name="images">Indices of those to train on.</param>
    /// <param name="isTarget">Whether each of them is of the target; both kinds among them.</param>
    public static KnownMargins Of(NetworkPrior? prior, TrainingSet set, int[] images, bool[] isTarget)
    {
        double[] margins = new double[images.Length];
        if (prior is null)
        {
            return new KnownMargins(margins, deviation: 1, weight: null, record: null);
        }

        float[] row = new float[set.FeatureWidth];
        for (int i = 0; i < margins.Length; i++)
        {
            HalfRow.Read(set.Features(images[i], view: 0), row);
            margins[i] = TensorPrimitives.Dot<float>(row, prior.Weight);
        }

        double auc = RocAuc(margins, set, images, isTarget);
        double deviation = TensorPrimitives.StdDev<double>(margins);
        double trust = Reached(auc, LeastRocAuc, 1) * Reached(Lift(margins, isTarget), LeastLift, FullLift);
        double share = trust * (LeastShare + (MoreShare / (1 + (isTarget.Count(target => target) / HalfAt))));
        return new KnownMargins(margins, deviation, prior.Weight, new HeadPrior(prior.Classes, auc, share));

        static double Reached(double value, double none, double all) => Math.Clamp((value - none) / (all - none), 0, 1);
    }

    private static double Lift(double[] margins, bool[] isTarget) =>
        margins.Where((_, i) => isTarget[i]).Average() - margins.Where((_, i) => !isTarget[i]).Average();

    private static double RocAuc(double[] margins, TrainingSet set, int[] images, bool[] isTarget) =>
        RocAucInterval.Of(new RankedScores([.. margins.Select((margin, i) => new ScoredImage(
            set.Images[images[i]].Label, set.Images[images[i]].Name, isTarget[i], PlattCalibration.Sigmoid(margin)))])).Value!.Value;
}
