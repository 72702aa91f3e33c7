namespace ClockFunctions.Core.Metrics;

/// <summary>The standard normal distribution, and how many of its deviations 95 % are.</summary>
internal static class Normal
{
    /// <summary>97.5 % of all draws lie below it, so that 95 % lie between it and its negative.</summary>
    public const double Deviations = 1.959963984540054;

    /// <summary>Beyond so many deviations the distribution is 0 or 1 in a double's digits.</summary>
    public const double Farthest = 8.3;

    public static double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

    /// <summary>
    /// Share of draws below <paramref name="x"/>: the series x + x³/3 + x⁵/(3·5) + … (Marsaglia 2004), right to 15 decimals.
    /// </summary>
    public static double Below(double x)
    {
        if (Math.Abs(x) > Farthest)
        {
            return x < 0 ? 0 : 1;
        }

        double sum = x, term = x, before = 0;
        for (int odd = 3; sum != before; odd += 2)
        {
            before = sum;
            term *= x * x / odd;
            sum += term;
        }

        return 0.5 + (sum * Density(x));
    }
}
