using System.Globalization;

namespace ClockFunctions.Core.Metrics;

/// <summary>A threshold and how it was chosen.</summary>
/// <param name="Threshold">Probability at or above which an image is called the target, 0–1.</param>
/// <param name="Description">In words, without naming the images it was chosen on: <c>max F1</c>, <c>precision ≥ 0.97</c>.</param>
/// <param name="Holds">False when no threshold reaches the floor; the nearest is chosen then and the description says so.</param>
public sealed record ThresholdChoice(double Threshold, string Description, bool Holds)
{
    /// <summary>Chosen when one class is missing: nothing can be compared.</summary>
    private const double Undecided = 0.5;

    /// <summary>Images of the target with which their truth counts as much as their probabilities for the expected F1.</summary>
    private const double HalfBelieved = 300;

    public void Deconstruct(out double threshold, out string description) => (threshold, description) = (Threshold, Description);

    /// <inheritdoc cref="Choose(IReadOnlyList{ScoredImage}, ThresholdAim)"/>
    /// <exception cref="FormatException">The aim is not <c>f1</c>, <c>precision:FLOOR</c> or <c>recall:FLOOR</c>.</exception>
    public static ThresholdChoice Choose(IReadOnlyList<ScoredImage> scored, string aim) => Choose(scored, ThresholdAim.Parse(aim));

    /// <summary>
    /// The threshold that serves the aim best on these images: the highest F1; the highest recall among
    /// precisions at or above the floor; or the highest precision among recalls at or above the floor.
    /// </summary>
    /// <remarks>It lies midway between the two neighbouring scores that it separates, so that neither image sits on the edge.</remarks>
    /// <exception cref="ArgumentException">There are no images, or a probability is not a number in 0–1.</exception>
    public static ThresholdChoice Choose(IReadOnlyList<ScoredImage> scored, ThresholdAim aim)
    {
        RankedScores ranked = new(scored);
        if (!ranked.HasBothClasses)
        {
            return new ThresholdChoice(Undecided, "0.5, because all images are of one class", Holds: false);
        }

        Option[] options = [.. ranked.Cuts().Select(cut => new Option(cut, ranked))];
        Option[] holding = [.. options.Where(option => aim.Kind switch
        {
            AimKind.Precision => option.Precision >= aim.Floor,
            AimKind.Recall => option.Recall >= aim.Floor,
            _ => true,
        })];
        if (holding.Length == 0)
        {
            // Only a precision floor can be out of reach: the lowest threshold always has recall 1.
            Option nearest = options.MaxBy(option => (option.Precision, option.Recall))!;
            return new ThresholdChoice(
                Between(ranked, nearest.Cut),
                string.Create(
                    CultureInfo.InvariantCulture, $"highest precision ({nearest.Precision:0.###}), because no threshold reaches {aim}"),
                Holds: false);
        }

        Option best = aim.Kind switch
        {
            AimKind.Precision => holding.MaxBy(option => (option.Recall, option.Precision))!,
            AimKind.Recall => holding.MaxBy(option => (option.Precision, option.Recall))!,
            _ => holding.MaxBy(option => (option.F1, option.Recall))!,
        };
        return new ThresholdChoice(Between(ranked, best.Cut), aim.ToString(), Holds: true);
    }

    /// <summary>
    /// The threshold of the highest F1 that is to be expected: with t images at or above it, 2 · (sum of what is believed of them) /
    /// (sum of what is believed of all + t). Of a few images the probabilities are believed, so that lucky or unlucky ones do not
    /// decide; the more there are of the target, the more counts what they really are.
    /// </summary>
    /// <remarks>
    /// Expected F1 as a ratio of expectations: Ye, Chai, Lee and Chieu, "Optimizing F-measure: a tale of two approaches" (2012).
    /// </remarks>
    /// <param name="scored">Calibrated probabilities of images that the head did not train on.</param>
    /// <exception cref="ArgumentException">There are no images, or a probability is not a number in 0–1.</exception>
    public static ThresholdChoice OfExpectedF1(IReadOnlyList<ScoredImage> scored)
    {
        RankedScores ranked = new(scored);
        double truth = ranked.Positives / (ranked.Positives + HalfBelieved);
        double Believed(int rank) => (truth * (ranked.Targets[rank] ? 1 : 0)) + ((1 - truth) * ranked.Scores[rank]);

        double all = Enumerable.Range(0, ranked.Count).Sum(Believed);
        double above = 0;
        (double highest, RankedScores.Cut best) = (double.NegativeInfinity, default);
        int counted = 0;
        foreach (RankedScores.Cut cut in ranked.Cuts())
        {
            for (; counted <= cut.Rank; counted++)
            {
                above += Believed(counted);
            }

            double expected = 2 * above / (all + counted);
            if (expected > highest)
            {
                (highest, best) = (expected, cut);
            }
        }

        return new ThresholdChoice(Between(ranked, best), "max expected F1", Holds: true);
    }

    private static double Between(RankedScores ranked, RankedScores.Cut cut)
    {
        double below = cut.Rank + 1 < ranked.Count ? ranked.Scores[cut.Rank + 1] : 0;
        double middle = (cut.Score + below) / 2;

        // Neighbouring doubles have no middle: the upper one still separates them.
        return middle > below ? middle : cut.Score;
    }

    private sealed record Option(RankedScores.Cut Cut, double Precision, double Recall, double F1)
    {
        public Option(RankedScores.Cut cut, RankedScores ranked)
            : this(
                cut,
                (double)cut.TruePositives / (cut.TruePositives + cut.FalsePositives),
                (double)cut.TruePositives / ranked.Positives,
                2.0 * cut.TruePositives / (ranked.Positives + cut.TruePositives + cut.FalsePositives))
        {
        }
    }
}
