using System.Numerics.Tensors;

namespace ClockFunctions.Core.Training.Default;

/// <summary>
/// Mixes the margins of a fit with those of the prior, and brings them to one scale whatever the penalty and the backbone: the
/// images that the fit saw lie around ½ where they are of the target, and around −½ where they are not.
/// </summary>
/// <param name="Learned">Factor of the fit's margin.</param>
/// <param name="Known">Factor of the prior's margin.</param>
/// <param name="Shift">Added to both.</param>
internal readonly record struct MarginScale(double Learned, double Known, double Shift)
{
    /// <summary>Keeps margins that are all the same from being divided by zero.</summary>
    private const double Least = 1e-12;

    /// <param name="learned">The fit's margin of each image's clean view.</param>
    /// <param name="known">The prior's.</param>
    /// <param name="isTarget">Whether each image is of the target.</param>
    /// <param name="sees">Whether the fit saw an image; it saw both kinds.</param>
    public static MarginScale Of(ReadOnlySpan<float> learned, KnownMargins known, bool[] isTarget, Predicate<int> sees)
    {
        List<double> seen = [];
        for (int i = 0; i < learned.Length; i++)
        {
            if (sees(i))
            {
                seen.Add(learned[i]);
            }
        }

        double forLearned = (1 - known.Share) / Math.Max(TensorPrimitives.StdDev<double>([.. seen]), Least);
        double forKnown = known.Share / Math.Max(known.Deviation, Least);
        (double target, double other, int targets, int others) = (0, 0, 0, 0);
        for (int i = 0; i < learned.Length; i++)
        {
            double mixed = (forLearned * learned[i]) + (forKnown * known.Margins[i]);
            switch (sees(i), isTarget[i])
            {
                case (true, true):
                    (target, targets) = (target + mixed, targets + 1);
                    break;
                case (true, false):
                    (other, others) = (other + mixed, others + 1);
                    break;
            }
        }

        (target, other) = (target / targets, other / others);
        double gap = Math.Max(target - other, Least);
        return new MarginScale(forLearned / gap, forKnown / gap, -(target + other) / 2 / gap);
    }

    /// <summary>The mixed margin of an image.</summary>
    public double Mix(double learned, double known) => (Learned * learned) + (Known * known) + Shift;
}
