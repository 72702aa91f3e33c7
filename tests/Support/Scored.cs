using ClockFunctions.Core.Metrics;

namespace ClockFunctions.Tests.Support;

/// <summary>Scored images for tests.</summary>
public static class Scored
{
    /// <summary>One image a score; true is a clock.</summary>
    public static ScoredImage[] Of(params (bool IsTarget, double Probability)[] scores) =>
        [.. scores.Select((score, i) => Image(score.IsTarget, score.Probability, i))];

    /// <summary>scikit-learn's documented example of every ranking metric: truth 0 0 1 1, scores 0.1 0.4 0.35 0.8.</summary>
    public static ScoredImage[] Documented() => Of((false, 0.1), (false, 0.4), (true, 0.35), (true, 0.8));

    /// <summary>Normally distributed logits, the targets' mean <paramref name="separation"/> deviations above the others'.</summary>
    public static ScoredImage[] Random(int positives, int negatives, double separation, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, positives + negatives).Select(i =>
        {
            bool isTarget = i < positives;
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            return Image(isTarget, PlattCalibration.Sigmoid(normal + (isTarget ? separation / 2 : -separation / 2)), i);
        })];
    }

    private static ScoredImage Image(bool isTarget, double probability, int number) =>
        new(isTarget ? "clock" : "other", $"{number:000}.jpg", isTarget, probability);
}
