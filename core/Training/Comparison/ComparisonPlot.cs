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
