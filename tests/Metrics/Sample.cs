using ClockFunctions.Core.Metrics;

namespace ClockFunctions.Tests.Metrics;

/// <summary>Scores from two normal distributions whose every figure is known.</summary>
/// <param name="Separation">Of their means.</param>
/// <param name="Share">Of the images that are the target.</param>
/// <param name="Confidence">1 gives probabilities that mean what they say, more exaggerates, less is timid.</param>
internal sealed record Sample(double Separation, double Share, double Confidence = 1)
{
    private const int Steps = 20_000;

    /// <summary>True area under the ROC curve.</summary>
    public double RocAuc => Normal.Below(Separation / Math.Sqrt(2));

    /// <summary>As many images as asked for, both classes among them.</summary>
    public ScoredImage[] Draw(int images, Random random)
    {
        while (true)
        {
            ScoredImage[] drawn = [.. Enumerable.Range(0, images).Select(_ =>
            {
                bool isTarget = random.NextDouble() < Share;
                double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
                return new ScoredImage("", "", isTarget, Probability(normal + (isTarget ? Separation / 2 : -Separation / 2)));
            })];
            if (drawn.Any(image => image.IsTarget) && !drawn.All(image => image.IsTarget))
            {
                return drawn;
            }
        }
    }

    /// <summary>The figures on endless images, by integration over the score.</summary>
    public (double PrAuc, double Brier, double Ece, double Accuracy, double Precision, double Recall, double FalseAlarmRate, double F1)
        Truth()
    {
        double lowest = -(Separation / 2) - 9, step = (Separation + 18) / Steps;
        double found = 0, alarms = 0, precision = 0, brier = 0, calledFound = 0, calledAlarms = 0;
        double[] gaps = new double[ReliabilityCurve.BinCount];
        for (int i = Steps - 1; i >= 0; i--)
        {
            double score = lowest + ((i + 0.5) * step);
            double target = Share * step * Normal.Density(score - (Separation / 2));
            double other = (1 - Share) * step * Normal.Density(score + (Separation / 2));
            double p = Probability(score);
            (found, alarms) = (found + target, alarms + other);
            precision += found > 0 ? target * found / (found + alarms) : 0;
            brier += (target * (1 - p) * (1 - p)) + (other * p * p);
            gaps[ReliabilityCurve.Bin(p)] += (target * (1 - p)) - (other * p);
            (calledFound, calledAlarms) = p >= 0.5 ? (found, alarms) : (calledFound, calledAlarms);
        }

        return (precision / Share, brier, gaps.Sum(Math.Abs), calledFound + 1 - Share - calledAlarms,
            calledFound / (calledFound + calledAlarms),
            calledFound / Share, calledAlarms / (1 - Share), 2 * calledFound / (Share + calledFound + calledAlarms));
    }

    private double Probability(double score) =>
        PlattCalibration.Sigmoid(Confidence * ((Separation * score) + Math.Log(Share / (1 - Share))));
}
