using System.Diagnostics;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Imaging;
using Microsoft.ML.OnnxRuntime;

namespace ClockFunctions.Bench.Score;

/// <summary>
/// A score in process, by stage, against the floor: libjpeg-turbo's decode of the same bytes and a bare ONNX Runtime
/// run of the same model with the same threads. Both take turns on every photo; a photo's time is its best of all
/// rounds, because whatever else the machine does can only add.
/// </summary>
public static class ScoreBenchmark
{
    private static readonly int[] Threads = [1, 2];

    public static void Run(BenchOptions options)
    {
        (BackboneSpec spec, string file) = new BackboneCatalogue().Resolve(options.Backbone);
        byte[][] photos = [.. options.Photos().Select(File.ReadAllBytes)];
        Console.WriteLine($"{photos.Length} photos of {options.PhotoFolder}, backbone {spec.Id} at {spec.Input.Width}x{spec.Input.Height}, best of {options.Rounds * 5} rounds");
        Table table = new("photos", "threads", "decode ms", "preprocess ms", "backbone ms", "head ms", "score ms", "floor ms", "score / floor", "managed bytes");
        foreach (int threads in Threads)
        {
            Measure(table, "folder", photos, spec, file, threads, options.Rounds * 5);
            if (options.LargePhoto is { } large)
            {
                Measure(table, "large", [File.ReadAllBytes(large)], spec, file, threads, options.Rounds * 5);
            }
        }

        table.Print();
    }

    private static void Measure(Table table, string name, byte[][] photos, BackboneSpec spec, string file, int threads, int rounds)
    {
        using Floor floor = new(spec, file, threads);
        using Backbone backbone = Backbone.Load(spec, file, new BackboneOptions { IntraOpThreads = threads });
        FeatureExtractor extractor = new(new ImageDecoder(new ImageLimits()), new Preprocessor(spec.Input, Pipeline.Resize), backbone);
        SummedHead head = new(ClassSet.Parse(BenchOptions.TargetClasses), threshold: 0.007);

        double[] decode = Best(photos), preprocess = Best(photos), run = Best(photos), judge = Best(photos), whole = Best(photos), least = Best(photos);
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
                Keep(whole, i, Stopwatch.GetElapsedTime(start));
                Keep(judge, i, Stopwatch.GetElapsedTime(extracted));
                allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                Keep(decode, i, features.Timing.Decode);
                Keep(preprocess, i, features.Timing.Preprocess);
                Keep(run, i, features.Timing.Backbone);
            }
        }

        table.Add(name, $"{threads}", Ms(decode), Ms(preprocess), Ms(run), Ms(judge), Ms(whole), Ms(least),
            $"**{whole.Average() / least.Average():F2}**", $"{allocated:N0}");
    }

    private static double[] Best(byte[][] photos)
    {
        double[] best = new double[photos.Length];
        Array.Fill(best, double.PositiveInfinity);
        return best;
    }

    private static void Keep(double[] best, int photo, TimeSpan time) => best[photo] = Math.Min(best[photo], time.TotalMilliseconds);

    private static string Ms(double[] best) => best.Average() is var mean && mean < 0.1 ? $"{mean:F3}" : $"{mean:F2}";

    /// <summary>What no implementation can leave out.</summary>
    private sealed class Floor : IDisposable
    {
        private readonly TurboJpeg _jpeg = new();
        private readonly InferenceSession _session;
        private readonly RunOptions _run = new();
        private readonly OrtValue[] _input;
        private readonly string[] _inputNames;
        private readonly string[] _outputNames;

        public Floor(BackboneSpec spec, string file, int threads)
        {
            using SessionOptions options = new() { IntraOpNumThreads = threads, GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL };
            options.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR;
            _session = new InferenceSession(file, options);
            bool nchw = spec.Input.Layout == TensorLayout.Nchw;
            long[] shape = nchw ? [1, 3, spec.Input.Height, spec.Input.Width] : [1, spec.Input.Height, spec.Input.Width, 3];
            _input = [OrtValue.CreateTensorValueFromMemory(new float[3 * spec.Input.Height * spec.Input.Width], shape)];
            _inputNames = [spec.Input.Name];
            _outputNames = [spec.ClassTensor];
        }

        public TimeSpan Run(byte[] photo)
        {
            long start = Stopwatch.GetTimestamp();
            _jpeg.Decode(photo);
            using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(_run, _inputNames, _input, _outputNames);
            return Stopwatch.GetElapsedTime(start);
        }

        public void Dispose()
        {
            _jpeg.Dispose();
            _input[0].Dispose();
            _run.Dispose();
            _session.Dispose();
        }
    }
}
