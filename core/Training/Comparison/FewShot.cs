using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Training.Default;

namespace ClockFunctions.Core.Training.Comparison;

/// <summary>
/// How good the recipe <c>default</c> is after a few labelled images: each draw takes some of the target and four times as many
/// others from four fifths of the images, trains on them, and is judged on every image that is neither among them nor nearly the
/// same as one of them.
/// </summary>
/// <param name="settings">Target, backbone, pipeline, how to train, and what the network knows.</param>
/// <param name="set">The images with their features.</param>
/// <param name="zeroShot">The head that needs no training, to compare with; null where the backbone has none.</param>
public sealed class FewShot(TrainingSettings settings, TrainingSet set, IHead? zeroShot)
{
    /// <summary>Draws a number of images.</summary>
    public const int Draws = 10;

    /// <summary>Numbers of images of the target that are tried, and after them all there are.</summary>
    public static readonly IReadOnlyList<int> Positives = [3, 5, 10, 20, 50];

    /// <summary>Others drawn for each image of the target.</summary>
    private const int OthersEach = 4;

    private const int Folds = 5;

    /// <summary>A row a number of images; those that four fifths do not hold are left out.</summary>
    /// <param name="groups">The group of near-duplicates of each image.</param>
    /// <param name="cancellation">Gives up between draws.</param>
    /// <exception cref="ArgumentException">There are too few different images for five folds.</exception>
    public IReadOnlyList<FewShotRow> Run(int[] groups, CancellationToken cancellation)
    {
        int[][] folds = [.. Enumerable.Range(0, Draws / Folds).Select(round => StratifiedGroupKFold.Assign(
            [.. Enumerable.Range(0, set.Count).Select(IsTarget)], groups, Folds, settings.Options.Seed + round))];
        int[][] pools = [.. Enumerable.Range(0, Draws).Select(draw => Pool(folds[draw / Folds], draw % Folds, draw))];
        int least = pools.Min(pool => pool.Count(IsTarget));
        List<FewShotRow> rows = [];
        foreach (int? positives in Positives.Where(count => count < least).Select(count => (int?)count).Append(null))
        {
            int[][] draws = [.. pools.Select(pool => Drawn(pool, positives))];
            rows.Add(new FewShotRow(
                settings.Backbone.Id, settings.Pipeline.ToString().ToLowerInvariant(), positives,
                (int)Math.Round(draws.Average(draw => draw.Count(IsTarget))),
                (int)Math.Round(draws.Average(draw => draw.Length - draw.Count(IsTarget))),
                zeroShot is null ? null : Figures(draws, groups, _ => zeroShot),
                settings.Prior is null ? null : Figures(draws, groups, train => Fit(train, settings with { Prior = null }, cancellation)),
                Figures(draws, groups, train => Fit(train, settings, cancellation))));
        }

        return rows;
    }

    private bool IsTarget(int image) => set.Images[image].Label == settings.Target;

    /// <summary>The images of four folds in a random order, so that a draw of ten contains the same draw of five.</summary>
    private int[] Pool(int[] fold, int held, int draw)
    {
        int[] pool = [.. Enumerable.Range(0, set.Count).Where(image => fold[image] != held)];
        new Random(settings.Options.Seed + draw).Shuffle(pool);
        return pool;
    }

    private int[] Drawn(int[] pool, int? positives) => positives is not { } count
        ? [.. pool.Order()]
        : [.. pool.Where(IsTarget).Take(count).Concat(pool.Where(image => !IsTarget(image)).Take(count * OthersEach)).Order()];

    private LearnedHead Fit(int[] train, TrainingSettings how, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        FittedHead fitted = DefaultRecipe.Fit(set, train, how, cancellation);
        return new LearnedHead(fitted.Weight, fitted.Bias, fitted.Threshold);
    }

    private FewShotFigures Figures(int[][] draws, int[] groups, Func<int[], IHead> train)
    {
        EvaluationMetrics[] metrics = [.. draws.Select(draw =>
        {
            HashSet<int> seen = [.. draw.Select(image => groups[image])];
            int[] unseen = [.. Enumerable.Range(0, set.Count).Where(image => !seen.Contains(groups[image]))];
            IHead head = train(draw);
            return Evaluator.Evaluate(set.Score(head, settings.Target, unseen), head.Threshold);
        })];
        return new FewShotFigures(
            Spread.Of(metrics.Select(metric => metric.RocAuc)), Spread.Of(metrics.Select(metric => metric.PrAuc)),
            Spread.Of(metrics.Select(metric => metric.F1)), Spread.Of(metrics.Select(metric => metric.Ece)));
    }
}

/// <summary>What a number of labelled images gives.</summary>
/// <param name="Backbone">Whose features.</param>
/// <param name="Pipeline"><c>resize</c>, <c>crop</c> or <c>full</c>.</param>
/// <param name="Drawn">Images of the target drawn; null for all of four folds.</param>
/// <param name="Positives">Images of the target trained on, on average over the draws.</param>
/// <param name="Others">Other images trained on, likewise.</param>
/// <param name="ZeroShot">The zero-shot head, on the same unseen images; null where the backbone has none.</param>
/// <param name="WithoutPrior">The recipe when it is not told what the network knows; null where it knows nothing.</param>
/// <param name="Learned">The recipe as it is.</param>
public sealed record FewShotRow(
    string Backbone, string Pipeline, int? Drawn, int Positives, int Others, FewShotFigures? ZeroShot, FewShotFigures? WithoutPrior,
    FewShotFigures Learned);

/// <summary>Quality on unseen images, over the draws.</summary>
public sealed record FewShotFigures(Spread RocAuc, Spread PrAuc, Spread F1, Spread Ece);

/// <summary>A figure over several draws.</summary>
/// <param name="Mean">Their mean; a draw where it is not defined counts as 0.</param>
/// <param name="Least">The smallest.</param>
/// <param name="Most">The largest.</param>
public sealed record Spread(double Mean, double Least, double Most)
{
    internal static Spread Of(IEnumerable<Interval> figures)
    {
        double[] values = [.. figures.Select(figure => figure.Value ?? 0)];
        return new Spread(values.Average(), values.Min(), values.Max());
    }
}
