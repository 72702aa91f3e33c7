using System.Globalization;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Reports;
using ScottPlot;

namespace ClockFunctions.Core.Training.Comparison;

/// <summary>Plots of a comparison, as SVG files.</summary>
public static class ComparisonPlot
{
    /// <summary>ROC AUC and F1 against the number of images of the target, with their 95 % intervals.</summary>
    public static string LearningCurve(IReadOnlyList<LearningPoint> points)
    {
        Plot plot = SvgPlot.Create("images of the target to train on (logarithmic)", "quality (1 is best)");
        Add(plot, "ROC AUC", SvgPlot.Target, points, point => point.Metrics.RocAuc);
        Add(plot, "F1", SvgPlot.Other, points, point => point.Metrics.F1);
        plot.Axes.Bottom.SetTicks(
            [.. points.Select(point => Math.Log10(point.Positives))],
            [.. points.Select(point => point.Positives.ToString(CultureInfo.InvariantCulture))]);
        double lowest = points.Min(point => Math.Min(point.Metrics.RocAuc.Low ?? 1, point.Metrics.F1.Low ?? 1));
        plot.Axes.SetLimits(
            Math.Log10(points[0].Positives) - 0.1, Math.Log10(points[^1].Positives) + 0.1, Math.Floor(lowest * 20) / 20, 1.005);
        plot.Legend(Alignment.LowerRight);
        return SvgPlot.ToFile(plot.ToSvg("learning", "Quality against the number of images of the target"));
    }

    /// <summary>ROC AUC and F1 of a few labelled images, with what the network knows and without.</summary>
    /// <param name="rows">Of one backbone and pipeline.</param>
    public static string FewShot(IReadOnlyList<FewShotRow> rows)
    {
        Plot plot = SvgPlot.Create("images of the target to train on (logarithmic), four others each", "mean of ten draws (1 is best)");
        double[] x = [.. rows.Select(row => Math.Log10(row.Positives))];
        List<double> shown = [];
        Add("ROC AUC", SvgPlot.Target, row => row.Learned.RocAuc.Mean);
        Add("F1", SvgPlot.Other, row => row.Learned.F1.Mean);
        if (rows.All(row => row.WithoutPrior is not null))
        {
            Add("ROC AUC, prior left out", SvgPlot.Target, row => row.WithoutPrior!.RocAuc.Mean, LinePattern.Dotted);
            Add("F1, prior left out", SvgPlot.Other, row => row.WithoutPrior!.F1.Mean, LinePattern.Dotted);
        }

        plot.Axes.Bottom.SetTicks(x, [.. rows.Select(row => row.Positives.ToString(CultureInfo.InvariantCulture))]);
        plot.Axes.SetLimits(x[0] - 0.1, x[^1] + 0.1, Math.Floor(shown.Min() * 20) / 20, 1.005);
        plot.Legend(Alignment.LowerRight);
        return SvgPlot.ToFile(plot.ToSvg("few-shot", "Quality after a few labelled images"));

        void Add(string legend, Color color, Func<FewShotRow, double> value, LinePattern? pattern = null)
        {
            double[] y = [.. rows.Select(value)];
            shown.AddRange(y);
            plot.Line(legend, color, x, y).LinePattern = pattern ?? LinePattern.Solid;
        }
    }

    /// <summary>Whether the probabilities of a head mean what they say.</summary>
    public static string Reliability(ComparisonRow row) => SvgPlot.ToFile(ReportPlots.Reliability(row.Reliability));

    private static void Add(
        Plot plot, string legend, Color color, IReadOnlyList<LearningPoint> points, Func<LearningPoint, Interval> metric)
    {
        plot.Line(
            legend, color, [.. points.Select(point => Math.Log10(point.Positives))], [.. points.Select(point => metric(point).Value ?? 0)]);
        foreach (LearningPoint point in points)
        {
            Interval interval = metric(point);
            double x = Math.Log10(point.Positives);
            plot.Add.Marker(x, interval.Value ?? 0, MarkerShape.FilledCircle, 7, color);
            ScottPlot.Plottables.LinePlot range = plot.Add.Line(x, interval.Low ?? 0, x, interval.High ?? 0);
            range.LineColor = color;
            range.LineWidth = 1.5f;
        }
    }
}
