namespace ClockFunctions.Bench.Http;

/// <summary>What a load run saw: accepted are answers 200, shed are answers 503.</summary>
public sealed record LoadResult(int Accepted, int Shed, int Other, double RequestsPerSecond, double P50, double P99)
{
    /// <summary>Percentiles in milliseconds, over accepted requests only.</summary>
    public static LoadResult Of(IReadOnlyCollection<(int Status, double Milliseconds)> answers, TimeSpan elapsed)
    {
        double[] accepted = [.. answers.Where(a => a.Status == 200).Select(a => a.Milliseconds).Order()];
        int shed = answers.Count(a => a.Status == 503);
        return new LoadResult(accepted.Length, shed, answers.Count - accepted.Length - shed,
            accepted.Length / elapsed.TotalSeconds, At(accepted, 0.50), At(accepted, 0.99));
    }

    private static double At(double[] sorted, double quantile) =>
        sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(quantile * sorted.Length))];
}
