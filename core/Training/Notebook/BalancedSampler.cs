namespace ClockFunctions.Core.Training.Notebook;

/// <summary>
/// Draws images with replacement, both classes equally likely: PyTorch's <c>WeightedRandomSampler</c> with weight
/// 1 / (images of the class), as many draws as there are images.
/// </summary>
/// <param name="isTarget">For each image; both classes among them.</param>
/// <param name="seed">The same seed gives the same draws.</param>
internal sealed class BalancedSampler(bool[] isTarget, int seed)
{
    private readonly Random _random = new(seed);
    private readonly int[] _targets = [.. Enumerable.Range(0, isTarget.Length).Where(i => isTarget[i])];
    private readonly int[] _others = [.. Enumerable.Range(0, isTarget.Length).Where(i => !isTarget[i])];

    /// <summary>The images of the next epoch, in order.</summary>
    public int[] Draw()
    {
        int[] drawn = new int[isTarget.Length];
        for (int i = 0; i < drawn.Length; i++)
        {
            // Weights of 1/count sum to 1 within each class: first a fair coin, then any image of that class.
            int[] side = _random.Next(2) == 0 ? _targets : _others;
            drawn[i] = side[_random.Next(side.Length)];
        }

        return drawn;
    }
}
