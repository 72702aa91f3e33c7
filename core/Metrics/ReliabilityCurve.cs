namespace ClockFunctions.Core.Metrics;

/// <summary>Whether probabilities mean what they say: of the images that got about 0.8, about 80 % should be the target.</summary>
/// <param name="Bins">Ten bins of equal width, empty ones included.</param>
/// <param name="Ece">
/// Expected calibration error (Naeini et al. 2015): the bins' gaps between promise and truth, weighted by their images.
/// </param>
public sealed record ReliabilityCurve(IReadOnlyList<ReliabilityBin> Bins, double Ece)
{
    public const int BinCount = 10;

    /// <exception cref="ArgumentException">There are no images, or a probability is not a number in 0–1.</exception>
    public static ReliabilityCurve Of(IReadOnlyList<ScoredImage> scored)
    {
        RankedScores ranked = new(scored);
        ILookup<int, int> ranksByBin = Enumerable.Range(0, ranked.Count).ToLookup(rank => Bin(ranked.Scores[rank]));
        ReliabilityBin[] bins = new ReliabilityBin[BinCount];
        for (int bin = 0; bin < BinCount; bin++)
        {
            int[] ranks = [.. ranksByBin[bin]];
            bins[bin] = new ReliabilityBin(
                (double)bin / BinCount,
                (double)(bin + 1) / BinCount,
                ranks.Length,
                ranks.Length == 0 ? null : ranks.Average(rank => ranked.Scores[rank]),
                ranks.Length == 0 ? null : ranks.Average(rank => ranked.Targets[rank] ? 1.0 : 0))
            {
                Range = ranks.Length == 0 ? null : ProportionInterval.Of(ranks.Count(rank => ranked.Targets[rank]), ranks.Length),
            };
        }

        return new ReliabilityCurve(
            bins, bins.Sum(bin => bin.Count * Math.Abs((bin.TargetShare - bin.MeanProbability) ?? 0)) / ranked.Count);
    }

    /// <summary>The bin of a probability; 1 belongs to the last.</summary>
    internal static int Bin(double probability) => Math.Min(BinCount - 1, (int)(probability * BinCount));
}

/// <summary>The images whose probability falls in one tenth.</summary>
/// <param name="Low">Lower edge, inclusive.</param>
/// <param name="High">Upper edge, exclusive but for the last bin.</param>
/// <param name="Count">Images whose probability falls in it.</param>
/// <param name="MeanProbability">What they were promised on average; null when empty.</param>
/// <param name="TargetShare">What share of them is the target; null when empty.</param>
public readonly record struct ReliabilityBin(double Low, double High, int Count, double? MeanProbability, double? TargetShare)
{
    /// <summary>The share with its 95 % interval: two images say little about it. Null when empty, and in reports of before.</summary>
    public Interval? Range { get; init; }
}
