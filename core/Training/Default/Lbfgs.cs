using System.Numerics.Tensors;

namespace ClockFunctions.Core.Training.Default;

/// <summary>
/// The curvature of a smooth function, as its last steps and gradients tell it: the two-loop recursion of L-BFGS
/// (Nocedal and Wright 2006, algorithm 7.4).
/// </summary>
/// <param name="parameters">P, how many unknowns the function has.</param>
internal sealed class Lbfgs(int parameters)
{
    /// <summary>Steps remembered. More save few iterations and cost each of them more.</summary>
    private const int Memory = 10;

    private readonly LinkedList<Pair> _pairs = new();
    private readonly float[] _projections = new float[Memory];

    /// <summary>Where to go next: minus the inverse curvature times the gradient, always downhill.</summary>
    /// <param name="gradient">P.</param>
    /// <param name="direction">P, written.</param>
    public void Direction(ReadOnlySpan<float> gradient, Span<float> direction)
    {
        TensorPrimitives.Negate(gradient, direction);
        int i = _pairs.Count;
        for (LinkedListNode<Pair>? node = _pairs.Last; node is not null; node = node.Previous)
        {
            Pair pair = node.Value;
            _projections[--i] = TensorPrimitives.Dot<float>(pair.Step, direction) * pair.Inverse;
            TensorPrimitives.MultiplyAdd(pair.Change, -_projections[i], direction, direction);
        }

        if (_pairs.Last?.Value is { } last)
        {
            TensorPrimitives.Multiply(direction, last.Scale, direction);
        }

        foreach (Pair pair in _pairs)
        {
            float correction = _projections[i++] - (TensorPrimitives.Dot<float>(pair.Change, direction) * pair.Inverse);
            TensorPrimitives.MultiplyAdd(pair.Step, correction, direction, direction);
        }

        if (TensorPrimitives.Dot(gradient, direction) >= 0)
        {
            // Rounding spoiled the memory; the gradient itself never misleads.
            _pairs.Clear();
            TensorPrimitives.Negate(gradient, direction);
        }
    }

    /// <summary>Remembers a step and how the gradient changed along it.</summary>
    public void Add(ReadOnlySpan<float> step, ReadOnlySpan<float> change)
    {
        float product = TensorPrimitives.Dot(step, change);
        float square = TensorPrimitives.SumOfSquares(change);
        if (!(product > 0 && square > 0 && float.IsFinite(1 / product)))
        {
            return; // no step, or one so small that rounding hides the curvature
        }

        Pair pair = _pairs.Count == Memory ? _pairs.First!.Value : new Pair(new float[parameters], new float[parameters]);
        if (_pairs.Count == Memory)
        {
            _pairs.RemoveFirst();
        }

        step.CopyTo(pair.Step);
        change.CopyTo(pair.Change);
        (pair.Inverse, pair.Scale) = (1 / product, product / square);
        _pairs.AddLast(pair);
    }

    /// <summary>Forgets everything: the function is another one now.</summary>
    public void Clear() => _pairs.Clear();

    private sealed record Pair(float[] Step, float[] Change)
    {
        public float Inverse { get; set; }

        public float Scale { get; set; }
    }
}
