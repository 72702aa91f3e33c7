
namespace ClockFunctions.Core.Metrics;

/// <summary>The 95 % interval of F1, through a share of images.</summary>
/// <remarks>
/// F1 = 2j / (1 + j), where j is the share of hits among the images that are the target, are called it, or both
/// (Hand, Christen and Kirielle 2021 call it F*). F1 rises with j, so the interval of j, which is that of a share, gives
/// the interval of F1, and covers as often (Lam, Gopal and Qian, "Confidence intervals for the F1 score", 2023: the
/// indirect method).
/// </remarks>
internal static class F1Interval
{
    public static Interval Of(ConfusionMatrix confusion)
    {
        Interval hits = ProportionInterval.Of(
            confusion.TruePositives, confusion.TruePositives + confusion.FalsePositives + confusion.FalseNegatives);
        return new Interval(confusion.F1, F1(hits.Low), F1(hits.High));
    }

    private static double? F1(double? share) => 2 * share / (1 + share);
}
