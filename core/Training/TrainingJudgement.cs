using System.Security.Cryptography;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Reports;
using ClockFunctions.Core.Training.Novelty;

namespace ClockFunctions.Core.Training;

/// <summary>Measures a fitted head on images that it has not seen, asks the gate, and writes down what came of it.</summary>
/// <remarks>
/// The head is judged as it is and not fitted again on all images afterwards: then its validation images would be
/// unseen no longer, neither its own metrics nor the next candidate's comparison with it would be honest.
/// </remarks>
internal static class TrainingJudgement
{
    /// <param name="fitted">The head.</param>
    /// <param name="set">All images.</param>
    /// <param name="judged">Those that it is judged on, with their scores.</param>
    /// <param name="settings">What was asked for.</param>
    /// <param name="baseline">The head that is served now; null when there is none.</param>
    /// <param name="parentVersion">The version that is current; null when there is none.</param>
    /// <param name="costs">What training took so far.</param>
    /// <param name="created">The version's time.</param>
    public static TrainingResult Of(
        FittedHead fitted, TrainingSet set, JudgedImages judged, TrainingSettings settings,
        IHead? baseline, string? parentVersion, IReadOnlyList<TrainingCost> costs, DateTimeOffset created)
    {
        EvaluationMetrics metrics = Evaluator.Evaluate(judged.Scored, fitted.Threshold);
        RivalHead? rival = baseline is null ? null : new RivalHead(
            Name(baseline, parentVersion),
            Evaluator.Evaluate(set.Score(baseline, settings.Target, judged.Images), baseline.Threshold));
        (string state, string reason) = PublishingGate.Decide(
            metrics, rival, settings.Options.GateTolerance, judged.ShortDescription);

        HashSet<int> heldOut = judged.Provisional ? [] : [.. judged.Images];
        NoveltyFit? novelty = judged.Provisional ? null : NoveltyFit.Of(
            set, [.. Enumerable.Range(0, set.Count).Where(i => !heldOut.Contains(i))], judged.Images, settings.Probes,
            settings.Options.Seed);
        byte[] weights = HeadFile.Write(fitted.Weight, fitted.Bias);
        string fingerprint = Fingerprint.Of(set.Images);
        HeadManifest manifest = new()
        {
            Version = VersionId.Of(created, fingerprint),
            Created = created,
            Target = settings.Target,
            LabelCounts = new SortedDictionary<string, int>(
                set.Images.CountBy(image => image.Label).ToDictionary(), StringComparer.Ordinal),
            Backbone = settings.Backbone.Id,
            BackboneSha256 = settings.Backbone.Sha256,
            BackboneIdentity = settings.Backbone.Identity,
            Pipeline = settings.Pipeline.ToString().ToLowerInvariant(),
            FeatureWidth = set.FeatureWidth,
            WeightsSha256 = Convert.ToHexStringLower(SHA256.HashData(weights)),
            Fingerprint = fingerprint,
            Recipe = fitted.Recipe,
            RecipeOptions = fitted.Options,
            Seed = settings.Options.Seed,
            Prior = fitted.Prior,
            Provisional = judged.Provisional,
            Novelty = novelty?.Record,
            Metrics = metrics,
            Validation = judged.Provisional ? null : ScoreCounts.Of(
                judged.Scored.Select(image => image.Probability), novelty?.Record.Sha256 is null ? [] : novelty.HeldOut),
            Threshold = fitted.Threshold,
            ThresholdChoice = fitted.ThresholdChoice,
            Calibration = fitted.Calibration,
            Parent = parentVersion,
            State = state,
            Reason = reason,
        };
        TrainingReport report = TrainingReport.OfTraining(manifest, judged.Description, judged.Scored) with
        {
            History = fitted.History,
            Costs = costs,
            Novel = novelty?.Record.Sha256 is null ? [] : NovelImage.Most(judged.Scored, novelty.HeldOut),
            Rivals = rival is null ? [] : [rival],
            Seen = SeenImages.Of(
                set.Images.Where((_, i) => !heldOut.Contains(i)).Select(image => image.ContentHash),
                heldOut.Select(i => set.Images[i].ContentHash)),
        };
        byte[]? noveltyFile = novelty?.File;
        return new TrainingResult(LearnedHead.Load(weights, manifest, noveltyFile), weights, manifest, report) { Novelty = noveltyFile };
    }

    private static string Name(IHead baseline, string? parentVersion) => baseline is LearnedHead && parentVersion is not null
        ? $"current head {parentVersion}"
        : FormattableString.Invariant($"zero-shot head, {baseline.Kind} at {baseline.Threshold}");
}
