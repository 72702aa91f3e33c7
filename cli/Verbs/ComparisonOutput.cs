using System.Globalization;
using System.Text.Json;
using ClockFunctions.Core;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Training.Comparison;

namespace ClockFunctions.Cli.Verbs;

/// <summary>What <c>clocks compare</c> says of what it measured.</summary>
internal static class ComparisonOutput
{
    /// <summary>Writes files into a folder, if one is given, and a table or JSON to standard output.</summary>
    public static void Write(HeadComparison comparison, string? output, bool json)
    {
        if (output is not null)
        {
            File.WriteAllText(Path.Combine(output, "comparison.json"), JsonSerializer.Serialize(comparison, Json.Indented));
            if (comparison.LearningCurve is { Count: > 0 } points)
            {
                File.WriteAllText(Path.Combine(output, "learning-curve.svg"), ComparisonPlot.LearningCurve(points));
            }

            foreach (ComparisonRow row in comparison.Rows.Where(row => row.Head == CrossValidator.DefaultName))
            {
                File.WriteAllText(
                    Path.Combine(output, $"reliability-{row.Backbone}-{row.Pipeline}.svg"), ComparisonPlot.Reliability(row));
            }

            foreach (IGrouping<string, FewShotRow> rows in (comparison.FewShot ?? []).GroupBy(row => $"{row.Backbone}-{row.Pipeline}"))
            {
                File.WriteAllText(Path.Combine(output, $"few-shot-{rows.Key}.svg"), ComparisonPlot.FewShot([.. rows]));
            }
        }

        if (json)
        {
            Terminal.WriteJson(comparison);
        }
        else
        {
            Describe(Console.Out, comparison);
        }
    }

    private static void Describe(TextWriter output, HeadComparison comparison)
    {
        output.WriteLine(
            $"{string.Join(", ", comparison.LabelCounts.Select(label => $"{label.Value} {label.Key}"))}; {comparison.Folds} folds, " +
            $"{comparison.NearDuplicates} near-duplicates kept together; 95 % intervals in brackets");
        output.WriteLine();
        int width = Math.Max("backbone, pipeline, head".Length, comparison.Rows.Max(row => Name(row).Length));
        output.WriteLine(
            $"{"backbone, pipeline, head".PadRight(width)}  {"accuracy",-22}{"precision",-22}{"recall",-22}{"ROC AUC",-22}{"CPU s",6}");
        foreach (ComparisonRow row in comparison.Rows)
        {
            output.WriteLine(
                $"{Name(row).PadRight(width)}  " +
                $"{Figures(row.Metrics)}{row.CpuSeconds?.ToString("0.0", CultureInfo.InvariantCulture) ?? "-",6}");
        }

        if (comparison.LearningCurve is { } points)
        {
            output.WriteLine();
            output.WriteLine($"{"learned from".PadRight(width)}  {"accuracy",-22}{"precision",-22}{"recall",-22}ROC AUC");
            foreach (LearningPoint point in points)
            {
                output.WriteLine(
                    ($"{$"{point.Positives} {comparison.Target}, {point.Others} other".PadRight(width)}  " +
                    $"{Figures(point.Metrics)}").TrimEnd());
            }
        }

        if (comparison.FewShot is { } rows)
        {
            Describe(output, rows, comparison.Target);
        }
    }

    private static void Describe(TextWriter output, IReadOnlyList<FewShotRow> rows, string target)
    {
        output.WriteLine();
        output.WriteLine($"learned from few, means of {FewShot.Draws} draws (least - most), on images that were not drawn");
        output.WriteLine($"{"",-44}{"ROC AUC",-24}{"F1",-24}{"PR AUC",-24}ECE");
        foreach (FewShotRow row in rows)
        {
            string all = row.Drawn is null ? " (all of 4 folds)" : "";
            output.WriteLine($"{row.Backbone}, {row.Pipeline}: {row.Positives} {target}, {row.Others} other{all}");
            Line("zero-shot", row.ZeroShot);
            Line("learned, not told what the network knows", row.WithoutPrior);
            Line("learned", row.Learned);
        }

        void Line(string name, FewShotFigures? figures)
        {
            if (figures is not null)
            {
                output.WriteLine(
                    $"  {name,-42}{Figure(figures.RocAuc),-24}{Figure(figures.F1),-24}{Figure(figures.PrAuc),-24}{Figure(figures.Ece)}");
            }
        }

        static string Figure(Spread spread) =>
            string.Create(CultureInfo.InvariantCulture, $"{spread.Mean:0.0000} ({spread.Least:0.000}-{spread.Most:0.000})");
    }

    private static string Name(ComparisonRow row) => $"{row.Backbone}, {row.Pipeline}, {row.Head}";

    private static string Figures(EvaluationMetrics metrics) =>
        string.Concat(
            new[] { metrics.Accuracy, metrics.Precision, metrics.Recall, metrics.RocAuc }.Select(
                interval => Figure(interval).PadRight(22)));

    private static string Figure(Interval interval) => interval is { Value: { } value, Low: { } low, High: { } high }
        ? string.Create(CultureInfo.InvariantCulture, $"{value:0.000} [{low:0.000}-{high:0.000}]")
        : MetricsText.Value(interval.Value);
}
