using ClockFunctions.Bench.Score;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Samples;

namespace ClockFunctions.Bench.Guard;

/// <summary>
/// What a change must not make worse, for CI: ratios and counts, which hold on any machine, with slack above
/// what was measured. On drawings, so that a clone needs nothing else.
/// </summary>
public static class RegressionGuard
{
    private const int Photos = 24;
    private const int Seed = 1;
    private const int Rounds = 20;

    /// <summary>Measured: 1.07, and 1.17 with a decoder without SIMD; the rest is slack for a busy machine.</summary>
    private const double LargestRatio = 1.35;

    /// <summary>Measured: 10 kB, the features and the probabilities.</summary>
    private const long MostManagedBytes = 64 * 1024;

    /// <exception cref="InvalidOperationException">A limit is passed.</exception>
    public static Task RunAsync(BenchOptions options)
    {
        (BackboneSpec spec, string file) = new BackboneCatalogue().Resolve(options.Backbone);
        byte[][] photos = [.. SampleSet.Render(Photos, Seed).Select(picture => picture.Jpeg)];
        ScoreFigures figures = ScoreBenchmark.Measure(photos, spec, file, threads: 1, Rounds);

        Table table = new("guard", "measured", "limit");
        table.Add("score / (libjpeg-turbo + bare ONNX Runtime), 1 thread", $"{figures.Ratio:F2}", $"{LargestRatio:F2}");
        table.Add("managed bytes a score", $"{figures.ManagedBytes:N0}", $"{MostManagedBytes:N0}");
        table.Print();
        return figures.Ratio <= LargestRatio && figures.ManagedBytes <= MostManagedBytes
            ? Task.CompletedTask
            : throw new InvalidOperationException("Scoring got slower or allocates more: a limit is passed.");
    }
}
