using ClockFunctions.Core.Metrics;

namespace ClockFunctions.Core.Reports;

/// <summary>How well a zero-shot head does on a folder: the result of <c>clocks analyze</c>.</summary>
public sealed record ZeroShotAnalysis
{
    /// <summary>Ranks that a sweep of head <c>topk</c> tries: a class is one of 1,000.</summary>
    private static readonly int[] Ranks = [1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700];

    /// <summary><c>topk</c> or <c>summed</c>.</summary>
    public required string Head { get; init; }

    /// <summary>Head <c>topk</c>: a target class among the k most probable; otherwise null.</summary>
    public int? K { get; init; }

    /// <summary>Head <c>summed</c>: the least sum of the target classes' probabilities; otherwise null.</summary>
    public double? Threshold { get; init; }

    public required string Target { get; init; }

    public required string Backbone { get; init; }

    /// <summary><c>resize</c>, <c>crop</c> or <c>full</c>.</summary>
    public required string Pipeline { get; init; }

    /// <summary>The ImageNet classes that mean the target.</summary>
    public required IReadOnlyList<NamedClass> Classes { get; init; }

    public required IReadOnlyDictionary<string, int> LabelCounts { get; init; }

    /// <summary>Files that are no usable image or have no label: not counted in anything below.</summary>
    public required int LeftOut { get; init; }

    /// <summary>Brier score and calibration error mean little here: a zero-shot score is not meant as a probability.</summary>
    public required EvaluationMetrics Metrics { get; init; }

    /// <summary>The same decisions at every k, or at every threshold; null when it was not asked for.</summary>
    public IReadOnlyList<ZeroShotPoint>? Sweep { get; init; }

    /// <summary>Decisions of head <c>topk</c> at other k: its score k/(k+R) of rank R falls with R whatever k is.</summary>
    public static IReadOnlyList<ZeroShotPoint> SweepK(IReadOnlyList<ScoredImage> scored, int k) =>
        Decide(Ranks.Append(k).Distinct().Order().Select(rank => (double)rank), scored, rank => k / (k + rank));

    /// <summary>Decisions of head <c>summed</c> at other thresholds.</summary>
    public static IReadOnlyList<ZeroShotPoint> SweepThreshold(IReadOnlyList<ScoredImage> scored, double threshold) =>
        Decide(ThresholdSweep.Logarithmic.Append(threshold).Distinct().Order(), scored, value => value);

    /// <summary>The sweep as an SVG file; null without one.</summary>
    public string? SweepPlot()
    {
        if (Sweep is null)
        {
            return null;
        }

        ScottPlot.Plot plot = SvgPlot.Create(K is null ? "threshold on the summed probability (logarithmic)" : "k (logarithmic)", "share");
        Series(plot, "precision", SvgPlot.Other, point => point.Precision);
        Series(plot, "recall", SvgPlot.Target, point => point.Recall);
        Series(plot, "accuracy", SvgPlot.Third, point => point.Accuracy);
        ScottPlot.Plottables.VerticalLine chosen = plot.Add.VerticalLine(
            Math.Log10(K ?? Threshold ?? 0), 1.5f, SvgPlot.Faint, ScottPlot.LinePattern.Dashed);
        chosen.LegendText = K is null ? "the threshold given" : "the k given";
        double[] decades = [
            .. Enumerable.Range(-4, 8).Select(power => Math.Pow(10, power))
                .Where(value => value >= Sweep[0].Value / 1.01 && value <= Sweep[^1].Value * 1.2)];
        plot.Axes.Bottom.SetTicks(
            [.. decades.Select(Math.Log10)],
                [.. decades.Select(value => value.ToString("0.####", System.Globalization.CultureInfo.InvariantCulture))]);
        plot.Axes.SetLimitsY(-0.02, 1.02);
        plot.Legend(K is null ? ScottPlot.Alignment.LowerRight : ScottPlot.Alignment.LowerLeft);
        return SvgPlot.ToFile(
            plot.ToSvg("zeroshot", $"Precision, recall and accuracy of head {Head} at every {(K is null ? "threshold" : "k")}"));
    }

    private void Series(ScottPlot.Plot plot, string legend, ScottPlot.Color color, Func<ZeroShotPoint, double?> value)
    {
        ZeroShotPoint[] points = [.. Sweep!.Where(point => value(point) is not null)];
        plot.Line(legend, color, [.. points.Select(point => Math.Log10(point.Value))], [.. points.Select(point => value(point)!.Value)]);
    }

    private static ZeroShotPoint[] Decide(IEnumerable<double> values, IReadOnlyList<ScoredImage> scored, Func<double, double> toScore)
    {
        double[] all = [.. values];
        return [.. all.Zip(ThresholdSweep.Of(scored, all.Select(toScore)).Points, (value, point) =>
            new ZeroShotPoint(value, point.Confusion, point.Accuracy, point.Precision, point.Recall, point.F1))];
    }
}

/// <summary>An ImageNet class.</summary>
/// <param name="Id">0-based.</param>
/// <param name="Name">From the label list.</param>
public sealed record NamedClass(int Id, string Name);

/// <summary>Decisions at one k or threshold.</summary>
/// <param name="Value">The k, or the threshold.</param>
/// <param name="Confusion">Decisions against truth.</param>
/// <param name="Accuracy">Share of right decisions.</param>
/// <param name="Precision">Null when nothing is called the target.</param>
/// <param name="Recall">Null when no image is of the target.</param>
/// <param name="F1">Null when both are.</param>
public sealed record ZeroShotPoint(
    double Value, ConfusionMatrix Confusion, double? Accuracy, double? Precision, double? Recall, double? F1);
