
namespace ClockFunctions.Core.Metrics;

/// <summary>The expected calibration error (Naeini et al. 2015) and its 95 % interval.</summary>
/// <remarks>
/// <para>The measured error is a sum of sizes of gaps, so noise raises it: perfect probabilities measure well above 0. An
/// interval around the measured value would miss them nearly always. This one turns the question round (inversion of a
/// test): it holds the true errors under which a measured one like this is not unusual. Each tried error is spread over the
/// bins; the measured one is then a sum of folded normal variables (Leone, Nelson and Nottingham 1961), whose mean and
/// variance are known. So is each bin's variance, from the share of targets that the tried error means, which leaves
/// room for mistakes that did not happen.</para>
/// <para>How an error is spread over the bins is unknown. Three ways are tried, and the farther end is taken: as the
/// measured gaps are, evenly in their directions, and evenly towards ½, where it is hardest to see. So the interval covers
/// in 95 % of samples at the least, and in nearly all where the probabilities are too timid.</para>
/// </remarks>
internal static class CalibrationErrorInterval
{
    /// <summary>To nine decimals.</summary>
    private const int Bisections = 30;

    public static Interval Of(RankedScores ranked)
    {
        Bin[] bins = Bins(ranked);
        double measured = bins.Sum(bin => Math.Abs(bin.Gap) * bin.Weight);
        double[] asMeasured = [.. bins.Select(bin => measured > 0 ? bin.Gap / measured : 0)];
        double[] inward = [.. bins.Select(bin => bin.Promise < 0.5 ? 1.0 : -1)];
        double[] evenly = [.. bins.Select((bin, i) => bin.Gap == 0 ? inward[i] : Math.Sign(bin.Gap))];

        double low = Math.Min(Low(bins, asMeasured, ranked.Count, measured), Low(bins, evenly, ranked.Count, measured));
        double high = Math.Max(High(bins, evenly, ranked.Count, measured), High(bins, inward, ranked.Count, measured));
        return new Interval(measured, low, Math.Max(high, measured));
    }

    /// <summary>The images whose probability falls in one tenth.</summary>
    /// <param name="Weight">Their share of all images.</param>
    /// <param name="Promise">Their mean probability.</param>
    /// <param name="Gap">Their share of targets, less the promise.</param>
    private readonly record struct Bin(double Weight, double Promise, double Gap);

    private static Bin[] Bins(RankedScores ranked)
    {
        (int[] counts, double[] promises, double[] gaps) =
            (new int[ReliabilityCurve.BinCount], new double[ReliabilityCurve.BinCount], new double[ReliabilityCurve.BinCount]);
        for (int i = 0; i < ranked.Count; i++)
        {
            int bin = ReliabilityCurve.Bin(ranked.Scores[i]);
            counts[bin]++;
            promises[bin] += ranked.Scores[i];
            gaps[bin] += (ranked.Targets[i] ? 1 : 0) - ranked.Scores[i];
        }

        return [.. from bin in Enumerable.Range(0, counts.Length)
                   where counts[bin] > 0
                   select new Bin((double)counts[bin] / ranked.Count, promises[bin] / counts[bin], gaps[bin] / counts[bin])];
    }

    /// <summary>
    /// The least true error under which one as large as the measured is not unusual. The sum leans to the right: its square root is nearer
    /// to normal.
    /// </summary>
    private static double Low(Bin[] bins, double[] direction, int count, double measured) => FirstNot(measured, error =>
    {
        (double mean, double variance) = Measured(bins, direction, count, error);
        return measured > mean && 2 * Math.Sqrt(mean) * (Math.Sqrt(measured) - Math.Sqrt(mean)) > Normal.Deviations * Math.Sqrt(variance);
    });

    /// <summary>The largest true error under which one as small as the measured is not unusual.</summary>
    private static double High(Bin[] bins, double[] direction, int count, double measured) => FirstNot(1, error =>
    {
        (double mean, double variance) = Measured(bins, direction, count, error);
        return mean - measured <= Normal.Deviations * Math.Sqrt(variance);
    });

    /// <summary>0, or up to where a condition holds that holds for all small errors.</summary>
    private static double FirstNot(double largest, Func<double, bool> holds)
    {
        if (!holds(0))
        {
            return 0;
        }

        (double low, double high) = (0, largest);
        for (int i = 0; i < Bisections; i++)
        {
            double error = (low + high) / 2;
            (low, high) = holds(error) ? (error, high) : (low, error);
        }

        return high;
    }

    /// <summary>
    /// Mean and variance of the error that is measured on so many images when the true gap of each bin is a multiple of its direction.
    /// </summary>
    private static (double Mean, double Variance) Measured(Bin[] bins, double[] direction, int count, double error)
    {
        double mean = 0, variance = 0, total = 0, squares = 0;
        for (int i = 0; i < bins.Length; i++)
        {
            double gap = error * direction[i];
            double share = Math.Clamp(bins[i].Promise + gap, 0, 1);
            double part = Math.Abs(gap) * bins[i].Weight;
            double noise = bins[i].Weight * share * (1 - share) / count;
            double folded = part;
            if (noise > 0)
            {
                double ratio = part / Math.Sqrt(noise);
                folded = (2 * Math.Sqrt(noise) * Normal.Density(ratio)) + (part * (1 - (2 * Normal.Below(-ratio))));
            }

            mean += folded;
            variance += Math.Max(0, (part * part) + noise - (folded * folded));
            total += part;
            squares += part * Math.Abs(gap);
        }

        // How many images fall in a bin varies, too.
        return (mean, variance + (Math.Max(0, squares - (total * total)) / count));
    }
}
