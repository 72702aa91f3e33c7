using TorchSharp;
using static TorchSharp.torch;

namespace ClockFunctions.Core.Training.Default;

/// <summary>
/// Several L2-regularised logistic regressions on the same rows, solved side by side by L-BFGS, each with its own shares of
/// the rows. The folds of a cross-validation and the fit on everything then cost little more than one fit, because the rows,
/// which are most of the memory traffic, go through the processor once for all of them.
/// </summary>
/// <remarks>
/// An iteration is two matrix products. A problem is a row in them, not a column: that makes them two to eight times cheaper.
/// </remarks>
internal sealed class LogisticFit
{
    private readonly Tensor _rows;

    /// <param name="rows">
    /// n×P float32, the last column all ones: its coefficient is the bias, which no penalty shrinks. Stays the caller's.
    /// </param>
    /// <param name="targets">n: 1 for the target, 0 for the rest.</param>
    /// <param name="shares">C of n: each row's share of each problem's loss; a problem's sum to 1.</param>
    public LogisticFit(Tensor rows, float[] targets, float[][] shares)
    {
        _rows = rows;
        Problems = [.. shares.Select(share => new LogisticProblem(targets, share, (int)rows.size(1)))];
    }

    /// <summary>C, with their solutions.</summary>
    public IReadOnlyList<LogisticProblem> Problems { get; }

    /// <summary>Minimises mean loss + strength/2 · |coefficients|² of every problem, starting from the last solution.</summary>
    /// <param name="strength">Above 0: the minimum is unique, and finite even where a hyperplane separates the rows.</param>
    /// <param name="tolerance">A problem is solved when no component of its gradient is larger.</param>
    /// <param name="mostIterations">Iterations after which it stops as it is.</param>
    /// <returns>Iterations made.</returns>
    public int Minimise(double strength, double tolerance, int mostIterations)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor byRow = empty(Problems.Count, _rows.size(0));
        Tensor byParameter = empty(Problems.Count, _rows.size(1));
        foreach (LogisticProblem problem in Problems)
        {
            problem.Restart(strength);
        }

        for (int iteration = 0; ; iteration++)
        {
            SetGradients(byRow, tolerance);
            if (iteration == mostIterations || Problems.All(problem => problem.IsSolved))
            {
                return iteration;
            }

            Advance(byParameter);
        }
    }

    private void SetGradients(Tensor residuals, double tolerance)
    {
        using DisposeScope scope = NewDisposeScope();
        ForEach(residuals, (problem, row) => problem.WriteResiduals(row));
        ForEach(residuals.mm(_rows), (problem, row) => problem.SetGradient(row, tolerance));
    }

    private void Advance(Tensor directions)
    {
        using DisposeScope scope = NewDisposeScope();
        ForEach(directions, (problem, row) => problem.WriteDirection(row));
        ForEach(directions.mm(_rows.t()), (problem, row) => problem.Advance(row));
    }

    /// <summary>Each problem with its row of a C×anything tensor.</summary>
    private void ForEach(Tensor tensor, Action<LogisticProblem, Span<float>> action)
    {
        Span<float> values = Libtorch.Values(tensor);
        int length = values.Length / Problems.Count;
        for (int i = 0; i < Problems.Count; i++)
        {
            action(Problems[i], values.Slice(i * length, length));
        }
    }
}
