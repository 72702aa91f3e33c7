using System.Globalization;
using ClockFunctions.Core.Metrics;

namespace ClockFunctions.Cli;

/// <summary>Figures as text for a terminal.</summary>
internal static class MetricsText
{
    /// <summary>Decisions against truth, as a small table.</summary>
    public static void WriteConfusion(TextWriter output, ConfusionMatrix confusion, string target)
    {
        int label = target.Length + "really ".Length;
        WriteLine(output, [("", label), ($"said {target}", 12 + target.Length), ("said other", 14)]);
        WriteLine(
            output, [
                ($"really {target}", label), (Count(confusion.TruePositives), 12 + target.Length), (Count(confusion.FalseNegatives), 14)]);
        WriteLine(
            output, [("really other", label), (Count(confusion.FalsePositives), 12 + target.Length), (Count(confusion.TrueNegatives), 14)]);
    }

    /// <summary>A line a metric: name, value, 95 % interval.</summary>
    public static void WriteMetrics(TextWriter output, params IEnumerable<(string Name, Interval Interval)> metrics)
    {
        foreach ((string name, Interval interval) in metrics)
        {
            output.WriteLine($"{name,-12}{Value(interval.Value),8}   {Range(interval)}".TrimEnd());
        }
    }

    /// <summary>Four decimals, or a dash for what does not exist.</summary>
    public static string Value(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "-";

    /// <summary><c>0.9123 - 0.9345</c>, or nothing.</summary>
    public static string Range(Interval interval) => interval is { Low: not null, High: not null }
        ? $"{Value(interval.Low)} - {Value(interval.High)}" : "";

    private static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static void WriteLine(TextWriter output, params (string Text, int Width)[] cells) =>
        output.WriteLine(string.Concat(cells.Select((cell, i) => i == 0 ? cell.Text.PadRight(cell.Width) : cell.Text.PadLeft(cell.Width))));
}
