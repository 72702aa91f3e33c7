namespace ClockFunctions.Core.Metrics;

/// <summary>How many targets and others got each probability, in twenty bins of equal width.</summary>
/// <param name="Targets">Images of the target by bin, from 0 to 1.</param>
/// <param name="Others">The other images by bin.</param>
public sealed record ScoreHistogram(IReadOnlyList<int> Targets, IReadOnlyList<int> Others)
{
    public const int BinCount = 20;

    public static ScoreHistogram Of(IReadOnlyList<ScoredImage> scored)
    {
        (int[] targets, int[] others) = (new int[BinCount], new int[BinCount]);
        foreach (ScoredImage image in scored)
        {
            int bin = Math.Min(BinCount - 1, (int)(image.Probability * BinCount));
            (image.IsTarget ? targets : others)[bin]++;
        }

        return new ScoreHistogram(targets, others);
    }
}
