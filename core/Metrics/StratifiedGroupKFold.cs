namespace ClockFunctions.Core.Metrics;

/// <summary>
/// Folds for a cross-validation: the members of a group stay together, and both classes are spread over the
/// folds as evenly as that allows. The greedy method of scikit-learn's <c>StratifiedGroupKFold</c>.
/// </summary>
public static class StratifiedGroupKFold
{
    /// <param name="isTarget">Whether each image is of the target.</param>
    /// <param name="groups">The group of each image, any numbers.</param>
    /// <param name="folds">2 or more.</param>
    /// <param name="seed">Decides among equally large groups.</param>
    /// <returns>The fold of each image, 0 to <paramref name="folds"/> − 1.</returns>
    /// <exception cref="ArgumentException">There are fewer groups with the target, or with others, than folds.</exception>
    public static int[] Assign(IReadOnlyList<bool> isTarget, IReadOnlyList<int> groups, int folds, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        Group[] all = [.. Enumerable.Range(0, isTarget.Count)
            .GroupBy(image => groups[image])
            .Select(group => new Group([.. group], group.Count(image => isTarget[image])))];
        int enough = Math.Min(all.Count(group => group.Targets > 0), all.Count(group => group.Others > 0));
        if (enough < folds)
        {
            throw new ArgumentException(
                $"{folds} folds need as many different images of the target and of others; there are {enough} of one of them.");
        }

        new Random(seed).Shuffle(all);
        double targets = isTarget.Count(target => target), others = isTarget.Count - targets;
        int[] fold = new int[isTarget.Count];
        (double[] targetsIn, double[] othersIn) = (new double[folds], new double[folds]);

        // Large groups first, while there is still room to balance them; OrderBy keeps the shuffle among equals.
        foreach (Group group in all.OrderByDescending(group => Math.Abs(group.Targets - group.Others))
            .ThenByDescending(group => group.Images.Length))
        {
            int best = Enumerable.Range(0, folds).MinBy(candidate => (
                Spread(targetsIn, candidate, group.Targets, targets) + Spread(othersIn, candidate, group.Others, others),
                targetsIn[candidate] + othersIn[candidate]));
            targetsIn[best] += group.Targets;
            othersIn[best] += group.Others;
            foreach (int image in group.Images)
            {
                fold[image] = best;
            }
        }

        return fold;
    }

    /// <summary>Standard deviation over the folds of a class's share, if the candidate got these images too.</summary>
    private static double Spread(double[] counts, int candidate, int added, double total)
    {
        double mean = (counts.Sum() + added) / counts.Length;
        double squares = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            double count = counts[i] + (i == candidate ? added : 0) - mean;
            squares += count * count;
        }

        return Math.Sqrt(squares / counts.Length) / total;
    }

    private sealed record Group(int[] Images, int Targets)
    {
        public int Others => Images.Length - Targets;
    }
}
