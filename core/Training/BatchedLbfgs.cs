using TorchSharp;
using static TorchSharp.torch;

namespace ClockFunctions.Core.Training;

/// <summary>
/// The curvature of several independent functions, one a row, as the last steps and gradients tell it:
/// the two-loop recursion of L-BFGS (Nocedal and Wright 2006, algorithm 7.4) on C×P tensors.
/// </summary>
internal sealed class BatchedLbfgs
{
    /// <summary>Steps remembered. More save few iterations and cost each of them more.</summary>
    private const int Memory = 10;

    private readonly LinkedList<Pair> _pairs = new();
    private Tensor? _scale;

    /// <summary>C×P: minus the inverse curvature times the gradient; minus the gradient before any step.</summary>
    public Tensor Direction(Tensor gradient)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor direction = -gradient;
        Stack<Tensor> projections = new();
        for (LinkedListNode<Pair>? node = _pairs.Last; node is not null; node = node.Previous)
        {
            Tensor projection = Dot(node.Value.Step, direction) * node.Value.Inverse;
            projections.Push(projection);
            direction -= node.Value.Change * projection;
        }

        if (_scale is not null)
        {
            direction *= _scale;
        }

        foreach (Pair pair in _pairs)
        {
            direction += pair.Step * (projections.Pop() - (Dot(pair.Change, direction) * pair.Inverse));
        }

        return scope.MoveToOuter(direction);
    }

    /// <summary>Remembers a step and the change of the gradient along it; they and what is derived leave the scope for the outer one.</summary>
    public void Add(DisposeScope scope, Tensor step, Tensor change)
    {
        Tensor product = Dot(step, change);
        Tensor square = Dot(change, change);
        Tensor usable = product > square * float.Epsilon;
        Tensor zero = zeros_like(product);

        // For a function that did not move, or where rounding hides the curvature, the pair counts for nothing.
        Tensor inverse = where(usable, 1 / product, zero);
        Tensor scale = where(usable, product / square, _scale ?? ones_like(product));

        _pairs.AddLast(new Pair(scope.MoveToOuter(step), scope.MoveToOuter(change), scope.MoveToOuter(inverse)));
        _scale?.Dispose();
        _scale = scope.MoveToOuter(scale);
        if (_pairs.Count > Memory)
        {
            _pairs.First!.Value.Dispose();
            _pairs.RemoveFirst();
        }
    }

    private static Tensor Dot(Tensor a, Tensor b) => (a * b).sum(1, keepdim: true);

    private sealed record Pair(Tensor Step, Tensor Change, Tensor Inverse) : IDisposable
    {
        public void Dispose()
        {
            Step.Dispose();
            Change.Dispose();
            Inverse.Dispose();
        }
    }
}
