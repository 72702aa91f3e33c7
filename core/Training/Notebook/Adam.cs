using System.Numerics.Tensors;

namespace ClockFunctions.Core.Training.Notebook;

/// <summary>
/// Adam (Kingma and Ba 2015, algorithm 1) with PyTorch's <c>weight_decay</c>: an L2 penalty that goes into the gradient and so
/// into the moments, which AdamW's decay does not.
/// </summary>
/// <remarks>
/// Not TorchSharp's: its optimiser hands every number to libtorch in an object that the garbage collector may free during
/// the call. On a busy machine that ended a training in its sixtieth epoch; see also <see cref="Libtorch"/>.
/// </remarks>
/// <param name="parameters">How many numbers it moves.</param>
/// <param name="learningRate">PyTorch's <c>lr</c>.</param>
/// <param name="weightDecay">PyTorch's <c>weight_decay</c>.</param>
internal sealed class Adam(int parameters, double learningRate, double weightDecay)
{
    // PyTorch's defaults.
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    private readonly float[] _mean = new float[parameters];
    private readonly float[] _square = new float[parameters];
    private int _steps;

    /// <summary>Moves the values against the gradient, which is overwritten.</summary>
    public void Step(Span<float> values, Span<float> gradient)
    {
        _steps++;
        TensorPrimitives.MultiplyAdd(values, (float)weightDecay, gradient, gradient);
        double rate = learningRate / (1 - Math.Pow(Beta1, _steps));
        double root = Math.Sqrt(1 - Math.Pow(Beta2, _steps));
        for (int i = 0; i < values.Length; i++)
        {
            _mean[i] += (float)(1 - Beta1) * (gradient[i] - _mean[i]);
            _square[i] += (float)(1 - Beta2) * ((gradient[i] * gradient[i]) - _square[i]);
            values[i] -= (float)(rate * _mean[i] / ((Math.Sqrt(_square[i]) / root) + Epsilon));
        }
    }
}
