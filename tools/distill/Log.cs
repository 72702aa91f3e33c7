using System.Diagnostics;

namespace ClockFunctions.Distill;

/// <summary>Progress on standard error, each line with the seconds since the start.</summary>
public static class Log
{
    private static readonly Stopwatch Watch = Stopwatch.StartNew();

    public static void Line(string text) => Console.Error.WriteLine($"[{Watch.Elapsed.TotalSeconds,7:F1}] {text}");
}
