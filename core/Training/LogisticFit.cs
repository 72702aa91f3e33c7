using TorchSharp;
using static TorchSharp.torch;

namespace ClockFunctions.Core.Training;

/// <summary>
/// Several L2-regularised logistic regressions on the same rows, solved side by side, each with its
/// own shares of the rows. The folds of a cross-validation and the fit on everything then cost
/// little more than one fit, because the rows go through the processor once for all of them.
/// </summary>
/// <remarks>
/// L-BFGS with a step length of its own for each problem. Margins are linear in the coefficients, so the step
/// along a direction is searched on C×n numbers, without another pass over the rows: an iteration takes
/// two matrix products. A problem is a row of its tensors, not a column: that makes the products two to eight
/// times cheaper. The tensors live in the dispose scope in which the fit was made.
/// </remarks>
internal sealed class LogisticFit
{
    /// <summary>Newton steps for the length of a step. From 0, the second lands within a few percent of the best.</summary>
    private const int LengthSteps = 2;

    /// <summary>Halvings of a step that made the loss worse, before it is given up.</summary>
    private const int MostHalvings = 10;

    private readonly Tensor _rows;
    private readonly Tensor _targets;
    private readonly Tensor _shares;
    private readonly Tensor _penalised;

    /// <param name="rows">n×(F+1) float32, the last column all ones: its coefficient is the bias, which no penalty shrinks.</param>
    /// <param name="targets">1×n float32: 1 for the target, 0 for the rest.</param>
    /// <param name="shares">C×n float32: each row's share of each problem's loss; a problem's sum to 1.</param>
    public LogisticFit(Tensor rows, Tensor targets, Tensor shares)
    {
        (_rows, _targets, _shares) = (rows, targets, shares);
        _penalised = ones(1, rows.size(1));
        _penalised[0, ^1] = 0;
        Coefficients = zeros(shares.size(0), rows.size(1));
        Margins = zeros(shares.size(0), rows.size(0));
    }

    /// <summary>C×(F+1) float32, the bias last.</summary>
    public Tensor Coefficients { get; }

    /// <summary>C×n float32: coefficients × rows, also for rows that have no share in a problem.</summary>
    public Tensor Margins { get; }

    /// <summary>Minimises mean loss + strength/2 · |coefficients|² of every problem, starting from the last solution.</summary>
    /// <param name="strength">Above 0: the minimum is unique, and finite even where a hyperplane separates the rows.</param>
    /// <param name="tolerance">A problem is solved when no component of its gradient is larger.</param>
    /// <param name="mostIterations">Iterations after which it stops as it is.</param>
    /// <returns>Iterations made.</returns>
    public int Minimise(double strength, double tolerance, int mostIterations)
    {
        using DisposeScope scope = NewDisposeScope();
        BatchedLbfgs curvature = new();
        Tensor gradient = Gradient(strength);
        for (int iteration = 0; iteration < mostIterations; iteration++)
        {
            if (gradient.abs().max().item<float>() <= tolerance)
            {
                return iteration;
            }

            using DisposeScope inner = NewDisposeScope();
            Tensor direction = curvature.Direction(gradient);
            Tensor along = direction.mm(_rows.t());
            Tensor length = Length(direction, along, strength);
            Tensor step = direction * length;
            Coefficients.add_(step);
            Margins.add_(along * length);
            Tensor next = Gradient(strength);
            curvature.Add(inner, step, next - gradient);
            gradient.copy_(next);
        }

        return mostIterations;
    }

    private Tensor Gradient(double strength)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor residuals = (Margins.sigmoid() - _targets) * _shares;
        return scope.MoveToOuter(residuals.mm(_rows) + (Coefficients * _penalised * strength));
    }

    /// <summary>C×1: where the loss along the direction is least, by Newton's method on the step length.</summary>
    private Tensor Length(Tensor direction, Tensor along, double strength)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor penalised = direction * _penalised * strength;
        Tensor penaltySlope = (penalised * Coefficients).sum(1, keepdim: true);
        Tensor penaltyCurvature = (penalised * direction).sum(1, keepdim: true);
        Tensor weighted = along * _shares;
        Tensor weightedSquares = weighted * along;

        Tensor length = zeros_like(penaltySlope);
        for (int i = 0; i < LengthSteps; i++)
        {
            Tensor probability = (Margins + (along * length)).sigmoid();
            Tensor slope = ((probability - _targets) * weighted).sum(1, keepdim: true) + penaltySlope + (penaltyCurvature * length);
            Tensor bend = (probability * (1 - probability) * weightedSquares).sum(1, keepdim: true) + penaltyCurvature;
            length -= slope / bend.clamp_min(float.Epsilon); // a solved problem has no direction and no bend
        }

        // Where the loss is nearly linear Newton's step is far too long; halving always helps, since the loss is convex.
        Tensor before = Loss(Margins, zeros_like(length), penaltySlope, penaltyCurvature);
        for (int i = 0; i < MostHalvings; i++)
        {
            Tensor worse = Loss(Margins + (along * length), length, penaltySlope, penaltyCurvature) > before;
            if (!worse.any().item<bool>())
            {
                break;
            }

            length = where(worse, length / 2, length);
        }

        return scope.MoveToOuter(length);
    }

    /// <summary>C×1, less the penalty at length 0.</summary>
    private Tensor Loss(Tensor margins, Tensor length, Tensor penaltySlope, Tensor penaltyCurvature) =>
        ((nn.functional.softplus(margins) - (margins * _targets)) * _shares).sum(1, keepdim: true)
        + (penaltySlope * length) + (penaltyCurvature * length * length / 2);
}
