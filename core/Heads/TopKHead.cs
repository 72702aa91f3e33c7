namespace ClockFunctions.Core.Heads;

/// <summary>Zero-shot: whether a target class is among the k most probable ImageNet classes.</summary>
/// <remarks>
/// The score is k / (k + R), R = 1, 2, … being the best rank of a target class: at or above the fixed
/// threshold of 0.5 exactly when R ≤ k. It falls with R whatever k is, so ordering images by it, and a ROC
/// curve over it, sweeps all k; as a probability it means nothing. Equal probabilities share the better rank.
/// </remarks>
/// <param name="classes">0-based class ids, each once.</param>
/// <param name="k">1–1000.</param>
public sealed class TopKHead(int[] classes, int k) : IHead
{
    private readonly int[] _classes = TargetClasses.Checked(classes);
    private readonly int _k = k is >= 1 and <= 1000 ? k : throw new ArgumentOutOfRangeException(nameof(k), k, "must be 1–1000");

    public string Kind => "topk";

    public double Threshold => 0.5;

    public double Probability(ReadOnlySpan<float> features, ReadOnlySpan<float> probabilities) =>
        (double)_k / (_k + BestRank(probabilities));

    /// <summary>1 when a target class is the most probable of all.</summary>
    public int BestRank(ReadOnlySpan<float> probabilities)
    {
        float best = float.NegativeInfinity;
        foreach (int id in _classes)
        {
            best = Math.Max(best, probabilities[id]);
        }

        int rank = 1;
        foreach (float probability in probabilities)
        {
            rank += probability > best ? 1 : 0;
        }

        return rank;
    }
}
