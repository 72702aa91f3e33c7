using ClockFunctions.Core.Metrics;
using ScottPlot;

namespace ClockFunctions.Core.Reports;

/// <summary>The plots of a report, each as SVG.</summary>
public static class ReportPlots
{
    /// <summary>A margin around 0–1, so that a curve along an edge is seen.</summary>
    private const double Margin = 0.02;

    private static readonly int[] CountTicks = [0, 1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000];

    /// <summary>Every plot of a report as an SVG file, by file name.</summary>
    public static IEnumerable<(string Name, string Svg)> Files(TrainingReport report)
    {
        double threshold = report.Metrics.Threshold;
        yield return ("sweep.svg", SvgPlot.ToFile(Sweep(report.Sweep, threshold)));
        yield return ("histogram.svg", SvgPlot.ToFile(Histogram(report.Histogram, report.Manifest.Target, threshold)));
        yield return ("reliability.svg", SvgPlot.ToFile(Reliability(report.Reliability)));
        if (report.Roc is not null && report.PrecisionRecall is not null)
        {
            yield return ("roc.svg", SvgPlot.ToFile(Roc(report.Roc, report.Metrics)));
            yield return ("precision-recall.svg", SvgPlot.ToFile(PrecisionRecall(report.PrecisionRecall, report.Metrics)));
        }

        if (report.History.Count > 1)
        {
            yield return ("loss.svg", SvgPlot.ToFile(Loss(report.History)));
        }
    }

    internal static Markup Roc(RocCurve curve, EvaluationMetrics metrics)
    {
        Plot plot = Unit("false alarms: share of other images called the target", "found: share of the target's images");
        Diagonal(plot, "guessing");
        plot.Line(
            "this head", SvgPlot.Target, [.. curve.Points.Select(p => p.FalsePositiveRate)],
            [.. curve.Points.Select(p => p.TruePositiveRate)]);
        Dot(plot, metrics.Confusion.FalseAlarmRate, metrics.Confusion.Recall);
        plot.Legend(Alignment.LowerRight);
        return plot.ToSvg("roc", "ROC curve: share found against share of false alarms");
    }

    internal static Markup PrecisionRecall(PrecisionRecallCurve curve, EvaluationMetrics metrics)
    {
        Plot plot = Unit("recall: share of the target's images found", "precision: share of calls that are right");
        PrecisionRecallPoint first = curve.Points[0];

        // A step: between two points only the lower precision is certain.
        (List<double> x, List<double> y) = ([0, first.Recall], [first.Precision, first.Precision]);
        foreach (PrecisionRecallPoint point in curve.Points.Skip(1))
        {
            x.AddRange([x[^1], point.Recall]);
            y.AddRange([point.Precision, point.Precision]);
        }

        plot.Line("this head", SvgPlot.Target, [.. x], [.. y]);
        Dot(plot, metrics.Recall.Value, metrics.Precision.Value);
        plot.Legend(Alignment.LowerLeft);
        return plot.ToSvg("pr", "Precision-recall curve");
    }

    internal static Markup Reliability(ReliabilityCurve curve)
    {
        Plot plot = Unit("probability that the head gave", "share that really is the target");
        Diagonal(plot, "perfectly honest");
        ReliabilityBin[] bins = [.. curve.Bins.Where(bin => bin.Count > 0)];
        Band(plot, [.. bins.Where(bin => bin.Range is not null)]);
        double most = bins.Max(bin => bin.Count);
        foreach (ReliabilityBin bin in bins)
        {
            // The area of a dot shows how many images are behind it.
            ScottPlot.Plottables.Marker dot = plot.Add.Marker(bin.MeanProbability!.Value, bin.TargetShare!.Value, color: SvgPlot.Target);
            dot.Size = (float)(5 + (13 * Math.Sqrt(bin.Count / most)));
            dot.LegendText = bin == bins[^1] ? "this head" : "";
        }

        plot.Legend(Alignment.LowerRight);
        return plot.ToSvg("reliability", "Reliability: share of targets against the probability given");
    }

    internal static Markup Histogram(ScoreHistogram histogram, string target, double threshold)
    {
        Plot plot = SvgPlot.Create("probability that the head gave", "images (logarithmic)");
        Bars(plot, target, SvgPlot.Target, histogram.Targets, -1);
        Bars(plot, "other", SvgPlot.Other, histogram.Others, 1);
        double top = Math.Log10(1 + Math.Max(histogram.Targets.Max(), histogram.Others.Max()));
        plot.Axes.SetLimits(-Margin, 1 + Margin, 0, top * 1.18);
        int[] counts = [.. CountTicks.Where(count => Math.Log10(1 + count) <= top * 1.1)];
        plot.Axes.Left.SetTicks([.. counts.Select(count => Math.Log10(1 + count))], [.. counts.Select(count => $"{count}")]);
        Threshold(plot, threshold);
        plot.Legend(Alignment.UpperCenter);
        plot.Legend.Orientation = Orientation.Horizontal;
        return plot.ToSvg("histogram", $"Histogram of probabilities for {target} and other images");
    }

    internal static Markup Sweep(ThresholdSweep sweep, double threshold)
    {
        Plot plot = Unit("threshold", "share");
        Series(plot, "precision", SvgPlot.Other, sweep, point => point.Precision);
        Series(plot, "recall", SvgPlot.Target, sweep, point => point.Recall);
        Series(plot, "F1", SvgPlot.Third, sweep, point => point.F1);
        Threshold(plot, threshold);
        plot.Legend(Alignment.LowerCenter);
        return plot.ToSvg("sweep", "Precision, recall and F1 at every threshold");
    }

    internal static Markup Loss(IReadOnlyList<EpochLoss> history)
    {
        Plot plot = SvgPlot.Create("epoch", "loss (lower is better)");
        plot.Line(
            "training images", SvgPlot.Target, [.. history.Select(loss => (double)loss.Epoch)], [.. history.Select(loss => loss.Train)]);
        EpochLoss[] validated = [.. history.Where(loss => loss.Validation is not null)];
        if (validated.Length > 0)
        {
            plot.Line(
                "validation images", SvgPlot.Other, [.. validated.Select(loss => (double)loss.Epoch)],
                [.. validated.Select(loss => loss.Validation!.Value)]);
        }

        double highest = history.Max(loss => Math.Max(loss.Train, loss.Validation ?? 0));
        plot.Axes.SetLimits(history[0].Epoch, Math.Max(history[^1].Epoch, history[0].Epoch + 1), 0, highest * 1.05);
        plot.Legend(Alignment.UpperRight);
        return plot.ToSvg("loss", "Loss on training and validation images by epoch");
    }

    /// <summary>Where the share of targets may lie: a band from bin to bin, and a line in each of them.</summary>
    private static void Band(Plot plot, ReliabilityBin[] bins)
    {
        if (bins.Length == 0)
        {
            return;
        }

        double[] x = [.. bins.Select(bin => bin.MeanProbability!.Value)];
        double[] low = [.. bins.Select(bin => bin.Range!.Low!.Value)];
        double[] high = [.. bins.Select(bin => bin.Range!.High!.Value)];
        ScottPlot.Plottables.FillY band = plot.Add.FillY(x, low, high);
        band.FillColor = SvgPlot.Target.WithOpacity(0.18);
        band.LineWidth = 0;
        band.MarkerSize = 0;
        band.LegendText = "likely range (95 %)";
        for (int i = 0; i < bins.Length; i++)
        {
            ScottPlot.Plottables.LinePlot range = plot.Add.Line(x[i], low[i], x[i], high[i]);
            range.LineColor = SvgPlot.Target;
            range.LineWidth = 1.5f;
        }
    }

    private static Plot Unit(string x, string y)
    {
        Plot plot = SvgPlot.Create(x, y);
        plot.Axes.SetLimits(-Margin, 1 + Margin, -Margin, 1 + Margin);
        return plot;
    }

    private static void Diagonal(Plot plot, string legend)
    {
        ScottPlot.Plottables.Scatter line = plot.Line(legend, SvgPlot.Faint, [0, 1], [0, 1]);
        line.LinePattern = LinePattern.Dashed;
        line.LineWidth = 1;
    }

    private static void Dot(Plot plot, double? x, double? y)
    {
        if (x is not null && y is not null)
        {
            ScottPlot.Plottables.Marker dot = plot.Add.Marker(x.Value, y.Value, MarkerShape.FilledCircle, 11, SvgPlot.Other);
            dot.LegendText = "at the threshold";
        }
    }

    private static void Threshold(Plot plot, double threshold)
    {
        ScottPlot.Plottables.VerticalLine line = plot.Add.VerticalLine(threshold, 1.5f, SvgPlot.Faint, LinePattern.Dashed);
        line.LegendText = "threshold";
    }

    private static void Series(Plot plot, string legend, Color color, ThresholdSweep sweep, Func<SweepPoint, double?> value)
    {
        SweepPoint[] points = [.. sweep.Points.Where(point => value(point) is not null)];
        if (points.Length > 0)
        {
            plot.Line(legend, color, [.. points.Select(point => point.Threshold)], [.. points.Select(point => value(point)!.Value)]);
        }
    }

    private static void Bars(Plot plot, string legend, Color color, IReadOnlyList<int> counts, int side)
    {
        double width = 1.0 / ScoreHistogram.BinCount;
        ScottPlot.Plottables.BarPlot bars = plot.Add.Bars(counts.Select((count, bin) => new Bar
        {
            Position = ((bin + 0.5) * width) + (side * width * 0.22),
            Value = Math.Log10(1 + count),
            Size = width * 0.42,
            FillColor = color,
            LineWidth = 0,
        }).ToArray());
        bars.LegendText = legend;
        bars.Color = color;
    }
}
