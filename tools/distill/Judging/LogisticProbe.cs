using static TorchSharp.torch;

namespace ClockFunctions.Distill.Judging;

/// <summary>
/// Logistic regression with an L2 penalty on standardised features, by Newton's method (iteratively
/// reweighted least squares; Hastie, Tibshirani and Friedman, "The Elements of Statistical Learning", 4.4.1).
/// </summary>
public sealed class LogisticProbe
{
    private const int Iterations = 12;

    private readonly float[] _mean;
    private readonly float[] _deviation;
    private readonly double[] _weights;

    private LogisticProbe(float[] mean, float[] deviation, double[] weights)
    {
        _mean = mean;
        _deviation = deviation;
        _weights = weights;
    }

    /// <param name="rows">Features of each image.</param>
    /// <param name="targets">Whether each is of the target.</param>
    /// <param name="penalty">λ of the sum of log losses + λ/2 × the squared weights; the bias is free.</param>
    public static LogisticProbe Fit(IReadOnlyList<float[]> rows, IReadOnlyList<bool> targets, double penalty)
    {
        int width = rows[0].Length;
        (float[] mean, float[] deviation) = Standard(rows);
        LogisticProbe probe = new(mean, deviation, new double[width + 1]);
        using IDisposable scope = NewDisposeScope();
        using IDisposable still = no_grad();
        Tensor x = tensor(rows.SelectMany(probe.Standardised).ToArray(), rows.Count, width + 1);
        Tensor y = tensor(targets.Select(target => target ? 1.0 : 0.0).ToArray());
        Tensor ridge = full(width + 1, penalty, dtype: ScalarType.Float64);
        ridge[width] = 1e-9;
        Tensor w = zeros(width + 1, dtype: ScalarType.Float64);
        for (int i = 0; i < Iterations; i++)
        {
            Tensor p = x.mv(w).sigmoid();
            Tensor gradient = x.t().mv(p - y) + ridge * w;
            Tensor hessian = (x * (p * (1 - p)).unsqueeze(1)).t().mm(x) + diag(ridge);
            w = w - linalg.solve(hessian, gradient.unsqueeze(1)).squeeze(1);
        }

        return new(mean, deviation, w.data<double>().ToArray());
    }

    public double Probability(float[] row)
    {
        double sum = Standardised(row).Zip(_weights, (value, weight) => value * weight).Sum();
        return 1 / (1 + Math.Exp(-sum));
    }

    // The last column is the bias's.
    private IEnumerable<double> Standardised(float[] row) =>
        row.Select((value, i) => (double)(value - _mean[i]) / _deviation[i]).Append(1);

    private static (float[] Mean, float[] Deviation) Standard(IReadOnlyList<float[]> rows)
    {
        int width = rows[0].Length;
        float[] mean = new float[width];
        float[] deviation = new float[width];
        for (int i = 0; i < width; i++)
        {
            double average = rows.Average(row => (double)row[i]);
            mean[i] = (float)average;
            deviation[i] = (float)Math.Max(Math.Sqrt(rows.Average(row => Math.Pow(row[i] - average, 2))), 1e-6);
        }

        return (mean, deviation);
    }
}
