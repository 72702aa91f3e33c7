using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Training.Default;
using ClockFunctions.Core.Training.Folders;
using ClockFunctions.Core.Training.Notebook;

namespace ClockFunctions.Core.Training.Comparison;

/// <summary>Measures heads on a folder's features by cross-validation, on folds that stay the same for every head.</summary>
/// <param name="settings">Target, backbone, pipeline and how to train.</param>
/// <param name="folder">The images with their features.</param>
/// <param name="fold">The fold of each image; see <see cref="Folds"/>.</param>
public sealed class CrossValidator(TrainingSettings settings, FolderFeatures folder, int[] fold)
{
    /// <summary>Name of the row of recipe <c>default</c>.</summary>
    public const string DefaultName = "learned, recipe default";

    private readonly TrainingSet _set = folder.Set;

    /// <summary>Folds with near-duplicates in one, by the features of a set; other sets of the same images use the same.</summary>
    /// <returns>The fold of each image, and how many have a near-duplicate.</returns>
    /// <exception cref="ArgumentException">There are too few different images for so many folds.</exception>
    public static (int[] Fold, int NearDuplicates) Folds(TrainingSet set, string target, int folds, int seed)
    {
        int[] groups = Groups(set);
        int near = groups.CountBy(group => group).Where(group => group.Value > 1).Sum(group => group.Value);
        return (StratifiedGroupKFold.Assign([.. set.Images.Select(image => image.Label == target)], groups, folds, seed), near);
    }

    /// <summary>For each image the first one that is nearly the same: itself where there is none.</summary>
    public static int[] Groups(TrainingSet set) => Training.Default.Folds.Similar(set, [.. Enumerable.Range(0, set.Count)]);

    /// <summary>A head that needs no training.</summary>
    public ComparisonRow ZeroShot(string name, IHead head) =>
        Row(name, OutOfFold.Score(_set, settings.Target, fold, (_, _) => head), cpuSeconds: null);

    /// <summary>Recipe <c>default</c>.</summary>
    public ComparisonRow Default(CancellationToken cancellation) =>
        Timed(DefaultName, (train, _) => Fit(train, cancellation));

    /// <summary>Recipe <c>notebook</c>: every fold sends new views through the backbone in every epoch.</summary>
    public ComparisonRow Notebook(
        FeatureExtractor extractor, NotebookOptions options, IProgress<NotebookProgress>? progress, CancellationToken cancellation) =>
        Timed($"learned, recipe notebook, {options.Epochs} epochs", (train, test) =>
        {
            FittedHead fitted = NotebookTraining.Fit(folder, train, test, extractor, settings.Target, options, progress, cancellation);
            cancellation.ThrowIfCancellationRequested();
            return new LearnedHead(fitted.Weight, fitted.Bias, fitted.Threshold);
        });

    /// <summary>Recipe <c>default</c> on fewer images: so many of the target and as many others as keeps the proportion.</summary>
    /// <param name="positives">Numbers of images of the target; those that the folds do not have are left out.</param>
    /// <param name="cancellation">Gives up between folds.</param>
    public IReadOnlyList<LearningPoint> LearningCurve(IEnumerable<int> positives, CancellationToken cancellation)
    {
        List<LearningPoint> points = [];
        foreach (int wanted in positives)
        {
            int others = 0;
            bool enough = true;
            OutOfFold scores = OutOfFold.Score(_set, settings.Target, fold, (train, _) =>
            {
                // Every size takes from the front of the same order, so that the ten images contain the five.
                int[] order = [.. train];
                new Random(settings.Options.Seed).Shuffle(order);
                int[] targets = [.. order.Where(IsTarget)];
                int[] rest = [.. order.Where(i => !IsTarget(i))];
                enough &= wanted <= targets.Length;
                others = Math.Clamp((int)Math.Round((double)wanted * rest.Length / targets.Length), 1, rest.Length);
                return Fit([.. targets.Take(wanted), .. rest.Take(others)], cancellation);
            });
            if (enough)
            {
                points.Add(new LearningPoint(wanted, others, scores.Metrics()));
            }
        }

        return points;
    }

    private bool IsTarget(int image) => _set.Images[image].Label == settings.Target;

    private LearnedHead Fit(int[] train, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        FittedHead fitted = DefaultRecipe.Fit(_set, [.. train.Order()], settings, cancellation);
        return new LearnedHead(fitted.Weight, fitted.Bias, fitted.Threshold);
    }

    private ComparisonRow Timed(string name, Func<int[], int[], IHead> train)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        OutOfFold scores = OutOfFold.Score(_set, settings.Target, fold, train);
        return Row(name, scores, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
    }

    private ComparisonRow Row(string name, OutOfFold scores, double? cpuSeconds) =>
        new(settings.Backbone.Id, settings.Pipeline.ToString().ToLowerInvariant(), name, scores.Metrics(), cpuSeconds)
        {
            Reliability = ReliabilityCurve.Of(scores.Probabilities),
        };
}
