using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Distill.Views;

namespace ClockFunctions.Distill.Judging;

/// <summary>Measures a backbone as the service uses it: core's decoder, preprocessing and session.</summary>
public sealed class Judge(FeatureExtractor extractor, Action<string> report)
{
    private const int Folds = 5;
    private const int Shown = 8;
    private const double LearnedThreshold = 0.5;

    // What the service starts with.
    private readonly double _summedThreshold = new Core.Settings.ZeroShotOptions().ThresholdFor(extractor.Backbone.Spec);

    /// <param name="folder">A folder a label.</param>
    /// <param name="target">The label to tell from all others.</param>
    /// <param name="classes">ImageNet ids whose probabilities the zero-shot head adds.</param>
    /// <param name="penalties">Penalties of the learned head to try.</param>
    /// <param name="unseen">
    /// Folder of those photos that the backbone never saw: only they are judged, though heads learn from all. Null: judge all.
    /// </param>
    public void Run(string folder, string target, IReadOnlyList<int> classes, IReadOnlyList<double> penalties, string? unseen = null)
    {
        IReadOnlyList<Photo> photos = PhotoFolder.List([folder], report);
        HashSet<string>? unseenContents = unseen is null ? null : [.. PhotoFolder.List([unseen], report).Select(photo => photo.Content)];
        bool[] judged = [.. photos.Select(photo => unseenContents?.Contains(photo.Content) ?? true)];
        bool[] targets = [.. photos.Select(photo => Path.GetFileName(Path.GetDirectoryName(photo.Path)) == target)];
        ImageFeatures[] seen = [.. photos.Select(photo => extractor.Extract(File.ReadAllBytes(photo.Path)))];
        // Grouped by their look, not by the judged backbone's features: every backbone gets the same folds.
        int[] groups = NearDuplicates.Group([.. photos.Select(photo => photo.Look)], 1 - Photo.SamePicture);
        int[] folds = StratifiedGroupKFold.Assign(targets, groups, Folds, seed: 1);
        report($"{photos.Count} photos, {targets.Count(value => value)} of the target; {judged.Count(value => value)} are judged");

        double[] summed = [.. seen.Select(one => Math.Min(1, (double)classes.Sum(id => one.Probabilities[id])))];
        report($"summed, zero-shot: {Measure(photos, targets, judged, _summedThreshold, summed)}");
        foreach (double penalty in penalties)
        {
            report($"learned, L2 {penalty}, {Folds} folds: " +
                $"{Measure(photos, targets, judged, LearnedThreshold, CrossValidate(seen, targets, folds, penalty))}");
        }
    }

    // With a few hundred targets, a handful of them can decide the area under the curve: worth a look.
    private static string Lowest(ScoredImage[] scored) => string.Join(", ", scored
        .Where(image => image.IsTarget)
        .OrderBy(image => image.Probability)
        .Take(Shown)
        .Select(image => $"{Path.GetFileName(image.Name)} {image.Probability:G2}"));

    private static double[] CrossValidate(ImageFeatures[] seen, bool[] targets, int[] folds, double penalty)
    {
        double[] scores = new double[seen.Length];
        for (int fold = 0; fold < Folds; fold++)
        {
            int[] inside = [.. Enumerable.Range(0, seen.Length).Where(i => folds[i] != fold)];
            LogisticProbe probe = LogisticProbe.Fit(
                [.. inside.Select(i => seen[i].Features)], [.. inside.Select(i => targets[i])], penalty);
            for (int i = 0; i < seen.Length; i++)
            {
                scores[i] = folds[i] == fold ? probe.Probability(seen[i].Features) : scores[i];
            }
        }

        return scores;
    }

    private static string Measure(IReadOnlyList<Photo> photos, bool[] targets, bool[] judged, double threshold, double[] scores)
    {
        ScoredImage[] scored = [.. photos
            .Select((photo, i) => new ScoredImage(targets[i] ? "target" : "other", photo.Path, targets[i], scores[i]))
            .Where((_, i) => judged[i])];
        EvaluationMetrics metrics = Evaluator.Evaluate(scored, threshold);
        return $"ROC AUC {metrics.RocAuc.Value:F5} ({metrics.RocAuc.Low:F4}–{metrics.RocAuc.High:F4}), PR AUC {metrics.PrAuc.Value:F4}, " +
            $"at {threshold}: precision {metrics.Precision.Value:F3}, recall {metrics.Recall.Value:F3}; best F1 at " +
            $"{ThresholdChoice.Choose(scored, "f1").Threshold:G2}; lowest targets: {Lowest(scored)}";
    }
}
