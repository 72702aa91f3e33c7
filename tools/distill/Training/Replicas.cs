using ClockFunctions.Distill.Student;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ClockFunctions.Distill.Training;

/// <summary>
/// Data parallelism: copies of a network compute gradients of parts of a batch at the same time, a
/// thread each, and meet once a step. The sum is taken in a fixed order, so runs repeat exactly.
/// Batch norm sees a part of the batch; the running statistics that count are the first network's.
/// </summary>
public sealed class Replicas : IDisposable
{
    private readonly StudentNetwork[] _networks;
    private readonly Parameter[][] _parameters;

    public Replicas(StudentNetwork first, int count, Func<StudentNetwork> create)
    {
        _networks = [first, .. Enumerable.Range(1, count - 1).Select(_ => create())];
        _parameters = [.. _networks.Select(network => network.parameters().ToArray())];
    }

    /// <summary>Leaves the gradient of the mean loss in the first network.</summary>
    /// <param name="loss">The loss of a network on a part of the batch.</param>
    /// <returns>The mean loss.</returns>
    public double Backward(Func<StudentNetwork, int, Tensor> loss)
    {
        CopyWeights();
        double[] losses = new double[_networks.Length];
        Parallel.For(0, _networks.Length, part =>
        {
            // OpenMP keeps this number for each thread apart, and more threads would add in another order.
            set_num_threads(1);
            using IDisposable scope = NewDisposeScope();
            _networks[part].train();
            _networks[part].zero_grad();
            Tensor value = loss(_networks[part], part) / _networks.Length;
            value.backward();
            losses[part] = value.item<float>();
        });
        AddGradients();
        return losses.Sum();
    }

    public void Dispose()
    {
        foreach (StudentNetwork copy in _networks.Skip(1))
        {
            copy.Dispose();
        }
    }

    private void CopyWeights()
    {
        using IDisposable still = no_grad();
        foreach (Parameter[] copy in _parameters.Skip(1))
        {
            for (int i = 0; i < copy.Length; i++)
            {
                copy[i].copy_(_parameters[0][i]);
            }
        }
    }

    private void AddGradients()
    {
        using IDisposable still = no_grad();
        foreach (Parameter[] copy in _parameters.Skip(1))
        {
            for (int i = 0; i < copy.Length; i++)
            {
                _parameters[0][i].grad!.add_(copy[i].grad!);
            }
        }
    }
}
