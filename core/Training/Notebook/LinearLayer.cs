using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClockFunctions.Core.Training.Notebook;

/// <summary>The notebook's trainable part: <c>nn.Linear(F, 1)</c> under <c>BCEWithLogitsLoss</c> and Adam.</summary>
/// <remarks>Its tensors live in the dispose scope in which it was made.</remarks>
internal sealed class LinearLayer : IDisposable
{
    private readonly Linear _layer;
    private readonly BCEWithLogitsLoss _loss = nn.BCEWithLogitsLoss();
    private readonly Adam _weightAdam;
    private readonly Adam _biasAdam;

    public LinearLayer(int featureWidth, NotebookOptions options)
    {
        Libtorch.Prepare();
        _layer = nn.Linear(featureWidth, 1);
        _weightAdam = new Adam(featureWidth, options.LearningRate, options.WeightDecay);
        _biasAdam = new Adam(1, options.LearningRate, options.WeightDecay);

        // PyTorch's own initialisation, U(±1/√F), by a generator of our own: libtorch's is shared by the whole process.
        Random random = new(options.Seed);
        double bound = 1 / Math.Sqrt(featureWidth);
        foreach (ref float value in Libtorch.Values(_layer.weight))
        {
            value = (float)(((2 * random.NextDouble()) - 1) * bound);
        }

        Libtorch.Values(_layer.bias!)[0] = (float)(((2 * random.NextDouble()) - 1) * bound);
    }

    public float[] Weight => Libtorch.Values(_layer.weight).ToArray();

    public float Bias => Libtorch.Values(_layer.bias!)[0];

    /// <summary>One step of the optimiser.</summary>
    /// <param name="features">N×F float32.</param>
    /// <param name="targets">N float32, 0 or 1.</param>
    /// <returns>The mean loss before the step.</returns>
    public double Step(float[] features, float[] targets)
    {
        using DisposeScope scope = NewDisposeScope();
        _layer.zero_grad();
        Tensor loss = Loss(features, targets);
        loss.backward();
        _weightAdam.Step(Libtorch.Values(_layer.weight), Libtorch.Values(_layer.weight.grad!));
        _biasAdam.Step(Libtorch.Values(_layer.bias!), Libtorch.Values(_layer.bias!.grad!));
        return loss.item<float>();
    }

    /// <summary>The mean loss as it is.</summary>
    public double Measure(float[] features, float[] targets)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        return Loss(features, targets).item<float>();
    }

    public void Dispose()
    {
        _loss.Dispose();
        _layer.Dispose();
    }

    private Tensor Loss(float[] features, float[] targets) =>
        _loss.call(_layer.call(tensor(features).view(targets.Length, -1)).squeeze(1), tensor(targets));
}
