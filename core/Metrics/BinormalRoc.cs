namespace ClockFunctions.Core.Metrics;

/// <summary>Two normal distributions of one width: scores of the target's images and of the others.</summary>
/// <remarks>The shape that a ROC curve has most often; it says how uncertain an area is that is so close to 1 that the
/// images themselves cannot say it.</remarks>
internal static class BinormalRoc
{
    /// <summary>Even: Simpson's rule is then right to ten digits in the range that is used.</summary>
    private const int Steps = 40;

    /// <summary>tan of 30°: two pairs with one image in common are correlated by a half.</summary>
    private static readonly double Slope = 1 / Math.Sqrt(3);

    /// <summary>The true area under the curve, ½–1 for separation from 0 on.</summary>
    /// <param name="separation">Of the means, in deviations of the difference of a pair.</param>
    public static double Area(double separation) => Normal.Below(separation);

    /// <summary>Variance of the area that is measured on so many images (Bamber 1975; Hanley and McNeil 1982, equation 1).</summary>
    /// <remarks>
    /// (θ(1 − θ) + (m + n − 2)(Q − θ²)) / mn, where Q is how often one image wins both of two pairs. Here Q = θ − 2T, with the
    /// T of Owen (1956). Hanley and McNeil took Q from exponential distributions, which overstates the variance close to 1.
    /// </remarks>
    public static double Variance(double separation, int targets, int others)
    {
        double spread = Normal.Below(separation) * Normal.Below(-separation);
        double shared = Math.Max(0, spread - (2 * OwenT(separation)));
        return (spread + ((targets + others - 2) * shared)) / ((double)targets * others);
    }

    /// <summary>∫ exp(−h²(1 + x²)/2) / (1 + x²) dx / 2π from 0 to tan 30°, by Simpson's rule.</summary>
    private static double OwenT(double h)
    {
        double sum = 0;
        for (int i = 0; i <= Steps; i++)
        {
            double x = Slope * i / Steps;
            double square = 1 + (x * x);
            int weight = i is 0 or Steps ? 1 : i % 2 == 0 ? 2 : 4;
            sum += weight * Math.Exp(-h * h * square / 2) / square;
        }

        return sum * Slope / Steps / 3 / (2 * Math.PI);
    }
}
