namespace ClockFunctions.Distill.Training;

/// <summary>What changes over a run: the learning rate and the size of the input, by progress from 0 to 1.</summary>
public static class Schedule
{
    private const double WarmUp = 0.05;
    private const double SmallUntil = 0.35;
    private const double MixedUntil = 0.85;

    /// <summary>Rises over the first twentieth, then falls along a cosine to a hundredth (Loshchilov and Hutter 2017, "SGDR").</summary>
    public static double Rate(double progress, double peak)
    {
        if (progress < WarmUp)
        {
            return peak * (0.02 + 0.98 * progress / WarmUp);
        }

        double left = (1 + Math.Cos(Math.PI * (progress - WarmUp) / (1 - WarmUp))) / 2;
        return peak * (0.01 + 0.99 * left);
    }

    /// <summary>
    /// Input size of a step: small while there is most to learn and least detail to see, then around
    /// the native size so that other sizes work too, and the native size to finish.
    /// </summary>
    public static int Size(double progress, int native, Random random)
    {
        int[] sizes = progress switch
        {
            < SmallUntil => [native * 3 / 4],
            < MixedUntil => [native * 7 / 8, native, native, native * 9 / 8],
            _ => [native],
        };
        int size = sizes[random.Next(sizes.Length)];
        return Math.Max(32, size / 16 * 16);
    }

    /// <summary>Share of the averaged weights that a step keeps: little at first, so that they follow.</summary>
    public static double Averaging(int step, double final) => Math.Min(final, (1.0 + step) / (10.0 + step));
}
