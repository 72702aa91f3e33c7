namespace ClockFunctions.Core.Metrics;

/// <summary>Scores in descending order with their truth: sorted once, then walked by every figure and curve.</summary>
internal sealed class RankedScores
{
    /// <exception cref="ArgumentException">There are no images, or a probability is not a number in 0–1.</exception>
    public RankedScores(IReadOnlyList<ScoredImage> scored)
    {
        if (scored.Count == 0)
        {
            throw new ArgumentException("There are no scored images to evaluate.", nameof(scored));
        }

        Scores = new double[scored.Count];
        Targets = new bool[scored.Count];
        for (int i = 0; i < scored.Count; i++)
        {
            ScoredImage image = scored[i];
            if (image.Probability is not (>= 0 and <= 1))
            {
                throw new ArgumentException(
                    $"{image.Label}/{image.Name} has probability {image.Probability}, which is not in 0–1.", nameof(scored));
            }

            // Negated, so that an ascending sort of primitive keys (no comparer) gives descending scores.
            Scores[i] = -image.Probability;
            Targets[i] = image.IsTarget;
        }

        Array.Sort(Scores, Targets);
        for (int i = 0; i < Scores.Length; i++)
        {
            Scores[i] = 0 - Scores[i];
        }

        Positives = Targets.Count(target => target);
    }

    public int Count => Scores.Length;

    /// <summary>Probabilities, highest first.</summary>
    public double[] Scores { get; }

    /// <summary>Whether the image at the same rank is of the target. The order within a tie means nothing.</summary>
    public bool[] Targets { get; }

    public int Positives { get; }

    public int Negatives => Count - Positives;

    public bool HasBothClasses => Positives > 0 && Negatives > 0;

    /// <summary>Whether the rank is the last of its tie: only there can a threshold separate it from the next.</summary>
    public bool EndsTie(int rank) => rank == Count - 1 || Scores[rank] != Scores[rank + 1];

    /// <summary>How many images score at or above the threshold.</summary>
    public int CountAtOrAbove(double threshold)
    {
        (int low, int high) = (0, Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = Scores[middle] >= threshold ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>The distinct scores, highest first, with the images at or above each.</summary>
    public IEnumerable<Cut> Cuts()
    {
        (int found, int alarms) = (0, 0);
        for (int rank = 0; rank < Count; rank++)
        {
            (found, alarms) = Targets[rank] ? (found + 1, alarms) : (found, alarms + 1);
            if (EndsTie(rank))
            {
                yield return new Cut(rank, Scores[rank], found, alarms);
            }
        }
    }

    /// <summary>Deciding at a score: true and false positives among the images at or above it, the last of them at a rank.</summary>
    public readonly record struct Cut(int Rank, double Score, int TruePositives, int FalsePositives);
}
