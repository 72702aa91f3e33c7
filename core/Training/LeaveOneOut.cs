using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Training.Comparison;
using ClockFunctions.Core.Training.Default;

namespace ClockFunctions.Core.Training;

/// <summary>
/// Judges the recipe <c>default</c> where there are too few images to hold some out: each image is scored by a head that was
/// trained, calibrated and all, without it and without what is nearly the same.
/// </summary>
internal static class LeaveOneOut
{
    /// <summary>
    /// Heads trained at most. With more different images than this several are left out together, those of the target still
    /// one by one as long as there are no more of them.
    /// </summary>
    public const int MostHeads = 24;

    /// <summary>The probability of each image, in the order of the set.</summary>
    public static ScoredImage[] Score(TrainingSet set, TrainingSettings settings, CancellationToken cancellation)
    {
        int[] round = Rounds(set, settings.Target);
        if (!CanLearn(set, settings.Target, round))
        {
            return set.Score(Unlearned(set, settings.Prior), settings.Target, [.. Enumerable.Range(0, set.Count)]);
        }

        return OutOfFold.Score(set, settings.Target, round, (train, _) =>
        {
            cancellation.ThrowIfCancellationRequested();
            FittedHead fitted = DefaultRecipe.Fit(set, train, settings, cancellation);
            return new LearnedHead(fitted.Weight, fitted.Bias, fitted.Threshold);
        }).Probabilities;
    }

    /// <summary>Whether both kinds of images are left in every round.</summary>
    private static bool CanLearn(TrainingSet set, string target, int[] round)
    {
        return Rounds(isTarget: true) > 1 && Rounds(isTarget: false) > 1;

        int Rounds(bool isTarget) => round.Where((_, i) => set.Images[i].Label == target == isTarget).Distinct().Count();
    }

    /// <summary>
    /// What is left of the recipe without an image of one kind: the network's own classifier, on its own scale, a softmax of 1000
    /// classes; or a head that knows nothing.
    /// </summary>
    private static LearnedHead Unlearned(TrainingSet set, NetworkPrior? prior) => prior is null
        ? new LearnedHead(new float[set.FeatureWidth], 0, 0.5)
        : new LearnedHead(
            prior.Weight, (float)Math.Log((double)prior.Classes.Count / (ImageNetClasses.Count - prior.Classes.Count)), 0.5);

    /// <summary>The round in which each image is left out.</summary>
    private static int[] Rounds(TrainingSet set, string target)
    {
        int[] group = Folds.Groups(set, [.. Enumerable.Range(0, set.Count)]);
        HashSet<int> withTarget = [.. group.Where((_, i) => set.Images[i].Label == target)];
        Dictionary<int, int> order = group.Distinct().OrderByDescending(withTarget.Contains)
            .Select((one, i) => (one, i)).ToDictionary(pair => pair.one, pair => pair.i);
        return [.. group.Select(one => order[one] % MostHeads)];
    }
}
