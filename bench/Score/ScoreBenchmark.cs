using System.Diagnostics;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Bench.Score;

/// <summary>
/// A score in process, by stage, against the floor: libjpeg-turbo's decode of the same bytes and a bare ONNX Runtime
/// run of the same model with the same threads. Both take turns on every photo; a photo's time is its best of all
/// rounds, because whatever else the machine does can only add.
/// </summary>
public static class ScoreBenchmark
{
    private static readonly int[] Threads = [1, 2];

    public static Task RunAsync(BenchOptions options)
    {
        (BackboneSpec spec, string file) = new BackboneCatalogue().Resolve(options.Backbone);
        byte[][] photos = [.. options.Photos().Select(File.ReadAllBytes)];
        int rounds = options.Rounds * 5;
        Console.WriteLine(
            $"{photos.Length} photos of {options.PhotoFolder}, backbone {spec.Id} at {spec.Input.Width}x{spec.Input.Height}, best of " +
            $"{rounds} rounds");
        Table table = new(
            "photos", "threads", "decode ms", "preprocess ms", "backbone ms", "head ms", "score ms", "floor ms", "score / floor",
            "managed bytes");
        foreach (int threads in Threads)
        {
            Add(table, "folder", threads, Measure(photos, spec, file, threads, rounds));
            if (options.LargePhoto is { } large)
            {
                Add(table, "large", threads, Measure([File.ReadAllBytes(large)], spec, file, threads, rounds));
            }
        }

        table.Print();
        return Task.CompletedTask;
    }

    /// <summary>Scores and floor in turns on every photo.</summary>
    public static ScoreFigures Measure(byte[][] photos, BackboneSpec spec, string file, int threads, int rounds)
    {
        using Floor floor = new(spec, file, threads);
        using Backbone backbone = Backbone.Load(spec, file, new BackboneOptions { IntraOpThreads = threads });
        FeatureExtractor extractor = new(new ImageDecoder(new ImageLimits()), new Preprocessor(spec.Input, Pipeline.Resize), backbone);
        SummedHead head = new(ClassSet.Parse(BenchOptions.TargetClasses), threshold: 0.007);
        NoveltyScale novelty = Novelty(spec.FeatureWidth);

        double[] decode = Best(photos), preprocess = Best(photos), run = Best(photos), judge = Best(photos), whole = Best(
            photos), least = Best(photos);
        long allocated = 0;
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < photos.Length; i++)
            {
                Keep(least, i, floor.Run(photos[i]));

                long before = GC.GetAllocatedBytesForCurrentThread();
                long start = Stopwatch.GetTimestamp();
                ImageFeatures features = extractor.Extract(photos[i]);
                long extracted = Stopwatch.GetTimestamp();
                head.Probability(features.Features, features.Probabilities);
                novelty.Of(features.Features);
                Keep(whole, i, Stopwatch.GetElapsedTime(start));
                Keep(judge, i, Stopwatch.GetElapsedTime(extracted));
                allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                Keep(decode, i, features.Timing.Decode);
                Keep(preprocess, i, features.Timing.Preprocess);
                Keep(run, i, features.Timing.Backbone);
            }
        }

        return new ScoreFigures(
            decode.Average(), preprocess.Average(), run.Average(), judge.Average(), whole.Average(), least.Average(), allocated);
    }

    /// <summary>As many centres as a trained version has; where they are makes no difference to the time.</summary>
    private static NoveltyScale Novelty(int width)
    {
        float[] centres = new float[width * NoveltyFile.CentresOf(width)];
        Array.Fill(centres, (float)(1 / Math.Sqrt(width)));
        return new NoveltyScale(width, centres, new float[NoveltyScale.Steps]);
    }

    private static void Add(Table table, string name, int threads, ScoreFigures figures) => table.Add(
        name, $"{threads}", Ms(figures.Decode), Ms(figures.Preprocess), Ms(figures.Backbone), Ms(figures.Head), Ms(figures.Whole),
        Ms(figures.Floor),
        $"**{figures.Ratio:F2}**", $"{figures.ManagedBytes:N0}");

    private static double[] Best(byte[][] photos)
    {
        double[] best = new double[photos.Length];
        Array.Fill(best, double.PositiveInfinity);
        return best;
    }

    private static void Keep(double[] best, int photo, TimeSpan time) => best[photo] = Math.Min(best[photo], time.TotalMilliseconds);

    private static string Ms(double mean) => mean < 0.1 ? $"{mean:F3}" : $"{mean:F2}";
}
