using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClockFunctions.Core.Training.Notebook;

/// <summary>The notebook's trainable part: <c>nn.Linear(F, 1)</c> under <c>BCEWithLogitsLoss</c> and <c>Adam</c>.</summary>
/// <remarks>Its tensors live in the dispose scope in which it was made.</remarks>
internal sealed class LinearLayer : IDisposable
{
    private readonly Linear _layer;
    private readonly optim.Optimizer _adam;
    private readonly BCEWithLogitsLoss _loss = nn.BCEWithLogitsLoss();

    public LinearLayer(int featureWidth, NotebookOptions options)
    {
        Libtorch.Prepare();
        _layer = nn.Linear(featureWidth, 1);
        using (no_grad())
        using (Generator generator = new((ulong)options.Seed))
        {
            // PyTorch's own initialisation, U(±1/√F), from a generator of our own: the global one is everybody's.
            double bound = 1 / Math.Sqrt(featureWidth);
            _layer.weight.copy_((rand([1, featureWidth], generator: generator) * 2 - 1) * bound);
            _layer.bias!.copy_((rand([1], generator: generator) * 2 - 1) * bound);
        }

        _adam = optim.Adam(_layer.parameters(), lr: options.LearningRate, weight_decay: options.WeightDecay);
    }

    public float[] Weight => _layer.weight.data<float>().ToArray();

    public float Bias => _layer.bias!.item<float>();

    /// <summary>One step of the optimiser.</summary>
    /// <param name="features">N×F float32.</param>
    /// <param name="targets">N float32, 0 or 1.</param>
    /// <returns>The mean loss before the step.</returns>
    public double Step(ReadOnlySpan<float> features, ReadOnlySpan<float> targets)
    {
        using DisposeScope scope = NewDisposeScope();
        _adam.zero_grad();
        Tensor loss = Loss(features, targets);
        loss.backward();
        _adam.step();
        return loss.item<float>();
    }

    /// <summary>The mean loss as it is.</summary>
    public double Measure(ReadOnlySpan<float> features, ReadOnlySpan<float> targets)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        return Loss(features, targets).item<float>();
    }

    public void Dispose()
    {
        _adam.Dispose();
        _loss.Dispose();
        _layer.Dispose();
    }

    private Tensor Loss(ReadOnlySpan<float> features, ReadOnlySpan<float> targets)
    {
        Tensor x = tensor(features.ToArray()).view(targets.Length, -1);
        return _loss.call(_layer.call(x).squeeze(1), tensor(targets.ToArray()));
    }
}
