namespace ClockFunctions.Core.Metrics;

/// <summary>How far two histograms of the same bins are apart.</summary>
/// <param name="StabilityIndex">
/// Population stability index, 0 or more: the sum of (q − p) ln(q / p) over the bins. Customary: below 0.1 alike, above 0.25 parted.
/// Source: Siddiqi 2006, "Credit Risk Scorecards".
/// </param>
/// <param name="JensenShannon">
/// Jensen-Shannon divergence in bits, 0–1. Source: Lin 1991, "Divergence Measures Based on the Shannon Entropy".
/// </param>
/// <param name="IsParted">
/// Whether the index is above 0.25 and above what chance alone gives once in a thousand times: between few images of the same kind it is
/// distributed as (1/n + 1/m) χ² with nine degrees of freedom. Source: Yurdakul 2018, "Statistical Properties of Population Stability
/// Index".
/// </param>
public readonly record struct Divergence(double StabilityIndex, double JensenShannon, bool IsParted)
{
    private const double Parted = 0.25;

    /// <summary>The 99.9 % quantile of χ² with nine degrees of freedom: one fewer than there are bins.</summary>
    private const double ChanceAtMost = 27.877;

    /// <summary>Added to each bin, so that an empty one makes no index infinite.</summary>
    private const double Half = 0.5;

    /// <param name="expected">Counts of <see cref="ScoreCounts.Bins"/> bins, at least one image.</param>
    /// <param name="actual">Likewise.</param>
    public static Divergence Of(IReadOnlyList<long> expected, IReadOnlyList<long> actual)
    {
        (double[] p, double[] q) = (Shares(expected), Shares(actual));
        (double index, double bits) = (0, 0);
        for (int bin = 0; bin < p.Length; bin++)
        {
            double middle = (p[bin] + q[bin]) / 2;
            index += (q[bin] - p[bin]) * Math.Log(q[bin] / p[bin]);
            bits += ((p[bin] * Math.Log2(p[bin] / middle)) + (q[bin] * Math.Log2(q[bin] / middle))) / 2;
        }

        double chance = ((1.0 / expected.Sum()) + (1.0 / actual.Sum())) * ChanceAtMost;
        return new Divergence(index, bits, index > Math.Max(Parted, chance));
    }

    private static double[] Shares(IReadOnlyList<long> counts)
    {
        double all = counts.Sum() + (Half * counts.Count);
        return [.. counts.Select(count => (count + Half) / all)];
    }
}
