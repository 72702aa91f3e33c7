
namespace ClockFunctions.Core.Metrics;

/// <summary>The Brier score (mean squared error of the probability) and its 95 % interval.</summary>
/// <remarks>
/// Wilson's interval, with as many images as the variance says that the mean is worth. The spread of the errors that were
/// seen is too small where the rare large ones did not happen; what the probabilities themselves expect (Spiegelhalter
/// 1986, with the spread of p(1 − p) over the images) knows of those. The larger counts: what was seen, or the average of
/// both, in which what is expected weighs as much as <see cref="Prior"/> images.
/// </remarks>
internal static class BrierInterval
{
    /// <summary>
    /// With so many images what was seen and what was expected weigh the same: by simulation, the least that holds at 20 images.
    /// </summary>
    private const double Prior = 30;

    public static Interval Of(RankedScores ranked)
    {
        double count = ranked.Count;
        double sum = 0, expectedSum = 0;
        for (int i = 0; i < ranked.Count; i++)
        {
            double p = ranked.Scores[i];
            sum += Error(ranked, i);
            expectedSum += p * (1 - p);
        }

        (double mean, double expectedMean) = (sum / count, expectedSum / count);
        double seen = 0, expected = 0;
        for (int i = 0; i < ranked.Count; i++)
        {
            double p = ranked.Scores[i];
            seen += Math.Pow(Error(ranked, i) - mean, 2);
            expected += ((1 - (2 * p)) * (1 - (2 * p)) * p * (1 - p)) + Math.Pow((p * (1 - p)) - expectedMean, 2);
        }

        seen /= Math.Max(1, count - 1) * count;
        expected /= count * count;
        double variance = Math.Max(seen, ((count * seen) + (Prior * expected)) / (count + Prior));

        // Without any error nor doubt, the images are as good as a count of them.
        (double low, double high) = ProportionInterval.Wilson(mean, mean is > 0 and < 1 ? mean * (1 - mean) / variance : count);
        return new Interval(mean, low, high);
    }

    private static double Error(RankedScores ranked, int rank)
    {
        double error = ranked.Scores[rank] - (ranked.Targets[rank] ? 1 : 0);
        return error * error;
    }
}
