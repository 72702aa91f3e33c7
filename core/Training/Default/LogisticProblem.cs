using System.Numerics.Tensors;

namespace ClockFunctions.Core.Training.Default;

/// <summary>
/// One L2-regularised logistic regression on the way to its solution: everything but the two products with the rows, which
/// <see cref="LogisticFit"/> makes for several problems at once.
/// </summary>
/// <param name="targets">n: 1 for the target, 0 for the rest.</param>
/// <param name="shares">n: each row's share of the loss; they sum to 1.</param>
/// <param name="parameters">P: the features, and the bias last.</param>
internal sealed class LogisticProblem(float[] targets, float[] shares, int parameters)
{
    /// <summary>Share of the slope that may be left where a step ends: exact enough, mostly after two looks.</summary>
    private const float EnoughOfSlope = 0.1f;

    private const int MostLooks = 30;

    private readonly Lbfgs _curvature = new(parameters);
    private readonly float[] _gradient = new float[parameters];
    private readonly float[] _direction = new float[parameters];
    private readonly float[] _change = new float[parameters];
    private readonly float[] _weighted = new float[targets.Length];
    private readonly float[] _squares = new float[targets.Length];
    private readonly float[] _scratch = new float[targets.Length];
    private readonly float[] _bends = new float[targets.Length];
    private float _strength;
    private bool _hasStepped;

    /// <summary>P, the bias last.</summary>
    public float[] Coefficients { get; } = new float[parameters];

    /// <summary>n: rows × coefficients, also for rows without a share.</summary>
    public float[] Margins { get; } = new float[targets.Length];

    /// <summary>Whether no component of the gradient is larger than the tolerance.</summary>
    public bool IsSolved { get; private set; }

    /// <summary>Starts on another penalty, from the solution of the last one.</summary>
    public void Restart(double strength)
    {
        (_strength, _hasStepped) = ((float)strength, false);
        _curvature.Clear();
    }

    /// <summary>n: the loss's slope by each row's margin.</summary>
    public void WriteResiduals(Span<float> residuals)
    {
        TensorPrimitives.Sigmoid<float>(Margins, residuals);
        TensorPrimitives.Subtract(residuals, targets, residuals);
        TensorPrimitives.Multiply(residuals, shares, residuals);
    }

    /// <summary>Takes the product of residuals and rows, and with it learns from the last step.</summary>
    public void SetGradient(ReadOnlySpan<float> product, double tolerance)
    {
        TensorPrimitives.Negate<float>(_gradient, _change);
        product.CopyTo(_gradient);
        TensorPrimitives.MultiplyAdd(Coefficients.AsSpan(..^1), _strength, _gradient.AsSpan(..^1), _gradient.AsSpan(..^1));
        if (_hasStepped)
        {
            TensorPrimitives.Add<float>(_change, _gradient, _change);
            _curvature.Add(_direction, _change);
        }

        IsSolved = Math.Abs(TensorPrimitives.MaxMagnitude<float>(_gradient)) <= tolerance;
    }

    /// <summary>P: where to go; nowhere once it is solved.</summary>
    public void WriteDirection(Span<float> direction)
    {
        if (IsSolved)
        {
            Array.Clear(_direction);
        }
        else
        {
            _curvature.Direction(_gradient, _direction);
        }

        _direction.CopyTo(direction);
    }

    /// <summary>Goes along the direction to where the loss is least.</summary>
    /// <param name="along">n: rows × direction.</param>
    public void Advance(ReadOnlySpan<float> along)
    {
        if (IsSolved)
        {
            return;
        }

        float length = Length(along);
        TensorPrimitives.Multiply(_direction, length, _direction);
        TensorPrimitives.Add(Coefficients, _direction, Coefficients);
        TensorPrimitives.MultiplyAdd(along, length, Margins, Margins);
        _hasStepped = true;
    }

    /// <summary>
    /// Newton's method on the slope, kept between a length that is too short and one that is too long: the loss is convex, so
    /// its slope along a line only rises. Margins are linear in the length, so a look costs n numbers and no product.
    /// </summary>
    private float Length(ReadOnlySpan<float> along)
    {
        TensorPrimitives.Multiply(along, shares, _weighted);
        TensorPrimitives.Multiply(along, _weighted, _squares);
        float penaltySlope = _strength * TensorPrimitives.Dot<float>(Coefficients.AsSpan(..^1), _direction.AsSpan(..^1));
        float penaltyBend = _strength * TensorPrimitives.SumOfSquares<float>(_direction.AsSpan(..^1));

        (float first, float bend) = Look(along, 0, penaltySlope, penaltyBend);
        (float tooShort, float tooLong, float length) = (0, float.PositiveInfinity, -first / bend);
        for (int look = 1; look < MostLooks; look++)
        {
            (float slope, bend) = Look(along, length, penaltySlope, penaltyBend);
            if (Math.Abs(slope) <= EnoughOfSlope * Math.Abs(first))
            {
                break;
            }

            (tooShort, tooLong) = slope < 0 ? (length, tooLong) : (tooShort, length);
            float newton = length - (slope / bend);
            length = newton > tooShort && newton < tooLong ? newton
                : float.IsFinite(tooLong) ? (tooShort + tooLong) / 2
                : tooShort * 2;
        }

        return length;
    }

    /// <summary>The loss's first and second derivative by the length of the step.</summary>
    private (float Slope, float Bend) Look(ReadOnlySpan<float> along, float length, float penaltySlope, float penaltyBend)
    {
        TensorPrimitives.MultiplyAdd(along, length, Margins, _scratch);
        TensorPrimitives.Sigmoid<float>(_scratch, _scratch);
        TensorPrimitives.Multiply<float>(_scratch, _scratch, _bends);
        TensorPrimitives.Subtract<float>(_scratch, _bends, _bends); // p(1 − p)
        TensorPrimitives.Subtract<float>(_scratch, targets, _scratch);
        return (
            TensorPrimitives.Dot<float>(_scratch, _weighted) + penaltySlope + (penaltyBend * length),
            TensorPrimitives.Dot<float>(_bends, _squares) + penaltyBend);
    }
}
