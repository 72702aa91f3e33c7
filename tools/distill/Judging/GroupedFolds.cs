using ClockFunctions.Distill.Views;

namespace ClockFunctions.Distill.Judging;

/// <summary>Deals photos into folds so that near-duplicates share one and every fold has its part of the target.</summary>
public static class GroupedFolds
{
    /// <returns>The fold of each photo, 0 to <paramref name="folds"/>−1.</returns>
    public static int[] Deal(IReadOnlyList<Photo> photos, IReadOnlyList<bool> targets, int folds)
    {
        int[] group = [.. Enumerable.Range(0, photos.Count)];
        for (int i = 0; i < photos.Count; i++)
        {
            for (int j = i + 1; j < photos.Count; j++)
            {
                if (photos[i].Content == photos[j].Content || photos[i].LooksLike(photos[j]))
                {
                    int from = group[j], to = group[i];
                    for (int k = 0; k < group.Length && from != to; k++)
                    {
                        group[k] = group[k] == from ? to : group[k];
                    }
                }
            }
        }

        int[] result = new int[photos.Count];
        // Large groups first, each into the fold that has least of its class.
        int[,] held = new int[folds, 2];
        foreach (IGrouping<int, int> members in Enumerable.Range(0, photos.Count).GroupBy(i => group[i]).OrderByDescending(members => members.Count()))
        {
            int kind = targets[members.First()] ? 1 : 0;
            int fold = Enumerable.Range(0, folds).MinBy(candidate => held[candidate, kind]);
            foreach (int member in members)
            {
                result[member] = fold;
                held[fold, targets[member] ? 1 : 0]++;
            }
        }

        return result;
    }
}
