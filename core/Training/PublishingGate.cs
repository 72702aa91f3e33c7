using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Reports;

namespace ClockFunctions.Core.Training;

/// <summary>Decides whether a candidate may replace the head that is served now.</summary>
public static class PublishingGate
{
    public const string Published = HeadManifest.Published;
    public const string Held = "held";

    /// <summary>ROC AUC of a head that knows nothing.</summary>
    private const double Chance = 0.5;

    /// <summary>
    /// Compares ROC AUC on the same validation images, which does not depend on either head's threshold. Where nothing answers yet, on a
    /// backbone that gives features alone, the candidate must be better than chance beyond doubt: the lower end of its 95 % interval
    /// above 0.5. So a first answer is never a coin's.
    /// </summary>
    /// <param name="candidate">The new head's metrics.</param>
    /// <param name="rival">The served head's, by name; null when there is none.</param>
    /// <param name="tolerance">ROC AUC that the candidate may be worse by: a larger set of images is worth something itself.</param>
    /// <param name="images">What the images are, in words.</param>
    /// <returns><see cref="Published"/> or <see cref="Held"/>, and why in one sentence.</returns>
    public static (string State, string Reason) Decide(
        EvaluationMetrics candidate, RivalHead? rival, double tolerance, string images = "validation images")
    {
        string own = FormattableString.Invariant($"ROC AUC {candidate.RocAuc.Value:0.0000} on {candidate.Count} {images}");
        if (rival is null)
        {
            string least = FormattableString.Invariant($"{own}, at least {candidate.RocAuc.Low ?? 0:0.0000} at 95 %");
            return candidate.RocAuc.Low > Chance
                ? (Published, $"{least}; there is no other head to compare with, and that is better than chance.")
                : (Held, $"{least}; there is no other head to compare with, and that may be chance: label more images.");
        }

        string other = FormattableString.Invariant($"{rival.Metrics.RocAuc.Value:0.0000} of the {rival.Name}");
        return candidate.RocAuc.Value >= rival.Metrics.RocAuc.Value - tolerance
            ? (Published, FormattableString.Invariant($"{own}, against {other} (tolerance {tolerance})."))
            : (Held, FormattableString.Invariant($"{own} is worse than {other} by more than the tolerance of {tolerance}."));
    }
}
