namespace ClockFunctions.Bench;

/// <summary>The middle of some measurements: one that something else disturbed does not move it.</summary>
public static class Median
{
    /// <param name="values">At least one; of an even number, the upper of the two in the middle.</param>
    public static double Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
