using System.CommandLine;
using System.Diagnostics;
using ClockFunctions.Distill.Student;
using Microsoft.ML.OnnxRuntime;

namespace ClockFunctions.Distill;

/// <summary>
/// <c>latency</c>: times plans with random weights against the teacher, taking turns so that a busy machine is unfair to nobody.
/// </summary>
public static class LatencyVerb
{
    private const int Classes = 1000;

    public static Command Create()
    {
        Option<string> teacher = new("--teacher") { Required = true, Description = "ONNX file to compare with." };
        Option<int> teacherSize = new("--teacher-size") { DefaultValueFactory = _ => 224 };
        Option<string[]> plans = new("--plan")
        {
            Required = true,
            Description = "SIZE:PLAN or SIZE:FILE.onnx, for example \"128:c32/2 c64/2 r64\"; may be given several times.",
        };
        Option<int> threads = new("--threads") { DefaultValueFactory = _ => 2 };
        Option<int> rounds = new("--rounds") { DefaultValueFactory = _ => 100 };
        Command verb = new(
            "latency", "Times student plans against the teacher in ONNX Runtime.") { teacher, teacherSize, plans, threads, rounds };
        verb.SetAction(parsed =>
        {
            List<Contender> contenders = [
                new("teacher", File.ReadAllBytes(parsed.GetRequiredValue(teacher)), parsed.GetValue(teacherSize),
                parsed.GetValue(threads))];
            Console.WriteLine("| plan | size | parameters | M mult | min ms | median ms | CPU ms | min / teacher | CPU / teacher |");
            Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
            foreach (string text in parsed.GetRequiredValue(plans))
            {
                int size = int.Parse(text[..text.IndexOf(':')]);
                if (text.EndsWith(".onnx", StringComparison.Ordinal))
                {
                    string file = text[(text.IndexOf(':') + 1)..];
                    contenders.Add(
                        new($"{Path.GetFileName(file)} | {size} | {new FileInfo(file).Length / 1e6:F2} MB | ", File.ReadAllBytes(file),
                        size, parsed.GetValue(threads)));
                    continue;
                }

                StudentPlan plan = StudentPlan.Parse(text[(text.IndexOf(':') + 1)..]);
                byte[] model = OnnxExport.Write(
                    FoldedNetwork.Random(plan, Classes, seed: 1), WeightFormat.EightBit, new Dictionary<string, string>());
                contenders.Add(
                    new($"{plan.Text} | {size} | {plan.Parameters(Classes) / 1e6:F2} M, {model.Length / 1e6:F2} MB | " +
                        $"{plan.Multiplications(size, Classes) / 1e6:F0}", model, size, parsed.GetValue(threads)));
            }

            for (int round = 0; round < parsed.GetValue(rounds); round++)
            {
                contenders.ForEach(contender => contender.Run());
            }

            Contender reference = contenders[0];
            Console.WriteLine(
                $"| teacher | {parsed.GetValue(teacherSize)} | | | {reference.Minimum:F2} | {reference.Median:F2} | " +
                $"{reference.Processor:F2} | 1 | 1 |");
            foreach (Contender contender in contenders.Skip(1))
            {
                Console.WriteLine(
                    $"| {contender.Name} | {contender.Minimum:F2} | {contender.Median:F2} | {contender.Processor:F2} | " +
                    $"{contender.Minimum / reference.Minimum:F2} | {contender.Processor / reference.Processor:F2} |");
            }

            contenders.ForEach(contender => contender.Dispose());
        });
        return verb;
    }

    private sealed class Contender : IDisposable
    {
        private readonly InferenceSession _session;
        private readonly OrtValue _input;
        private readonly RunOptions _options = new();
        private readonly List<double> _times = [];
        private readonly List<double> _processor = [];
        private readonly string[] _inputs;
        private readonly string[] _outputs;

        public Contender(string name, byte[] model, int size, int threads)
        {
            Name = name;
            using SessionOptions options = new()
            {
                IntraOpNumThreads = threads,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            };
            _session = new(model, options);
            Random random = new(1);
            float[] pixels = [.. Enumerable.Range(0, 3 * size * size).Select(_ => (float)random.NextDouble() * 2 - 1)];
            _input = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, size, size]);
            _inputs = [.. _session.InputMetadata.Keys];
            _outputs = [.. _session.OutputMetadata.Keys];
        }

        public string Name { get; }

        public double Minimum => _times.Min();

        public double Median => _times.Order().ElementAt(_times.Count / 2);

        /// <summary>Median processor time of all threads: with one thread it is fair even while other programs compete.</summary>
        public double Processor => _processor.Order().ElementAt(_processor.Count / 2);

        public void Run()
        {
            // The first of two runs warms the caches that the others have cooled.
            _session.Run(_options, _inputs, [_input], _outputs).Dispose();
            TimeSpan processor = Environment.CpuUsage.TotalTime;
            long start = Stopwatch.GetTimestamp();
            _session.Run(_options, _inputs, [_input], _outputs).Dispose();
            _times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            _processor.Add((Environment.CpuUsage.TotalTime - processor).TotalMilliseconds);
        }

        public void Dispose()
        {
            _input.Dispose();
            _options.Dispose();
            _session.Dispose();
        }
    }
}
