using System.CommandLine;
using System.Text.Json;
using ClockFunctions.Core;
using ClockFunctions.Distill.Training;
using ClockFunctions.Distill.Views;

namespace ClockFunctions.Distill;

/// <summary><c>train</c>: the student learns from the caches. Resumes; Ctrl-C saves and ends.</summary>
public static class TrainVerb
{
    public static Command Create()
    {
        TrainOptions defaults = new() { Plan = string.Empty };
        Option<string[]> caches = new("--cache")
        {
            Required = true,
            Description = "Folder made by the verb cache; may be given several times.",
        };
        Option<string> output = new("--out", "-o")
        {
            Required = true,
            Description = "Folder of the run: checkpoint, log and validation curve.",
        };
        Option<string> plan = new("--plan")
        {
            Required = true,
            Description = "Architecture: steps c (3x3), r (residual), p (1x1), d (depthwise) with channels and /stride.",
        };
        Option<int> size = new("--size") { DefaultValueFactory = _ => defaults.Size, Description = "Native input size." };
        Option<int> views = new("--views")
        {
            DefaultValueFactory = _ => defaults.Views,
            Description = "Views to learn from, repeats counted.",
        };
        Option<int> batch = new("--batch") { DefaultValueFactory = _ => defaults.Batch };
        Option<double> rate = new("--rate") { DefaultValueFactory = _ => defaults.Rate };
        Option<double> decay = new("--decay") { DefaultValueFactory = _ => defaults.Decay };
        Option<double> temperature = new("--temperature") { DefaultValueFactory = _ => defaults.Temperature };
        Option<double> classWeight = new("--class-weight") { DefaultValueFactory = _ => defaults.ClassWeight };
        Option<bool> brain16 = new("--bf16") { Description = "Compute in bfloat16." };
        Option<int> seed = new("--seed") { DefaultValueFactory = _ => defaults.Seed };
        Option<int> replicas = new("--replicas")
        {
            DefaultValueFactory = _ => defaults.Replicas,
            Description = "Copies of the network that share a batch, a thread each.",
        };
        Command verb = new("train", "Trains a student on caches. Resumes.")
        {
            caches, output, plan, size, views, batch, rate, decay, temperature, classWeight, brain16, seed, replicas,
        };
        verb.SetAction((parsed, cancellation) =>
        {
            if (InstructionLimit.ApplyWhereNeeded())
            {
                Log.Line("This processor hides its caches: libtorch's convolutions are kept to AVX2 (docs/libtorch-convolutions.md)");
            }

            TrainOptions options = defaults with
            {
                Plan = parsed.GetRequiredValue(plan),
                Size = parsed.GetValue(size),
                Views = parsed.GetValue(views),
                Replicas = parsed.GetValue(replicas),
                Batch = parsed.GetValue(batch),
                Rate = parsed.GetValue(rate),
                Decay = parsed.GetValue(decay),
                Temperature = parsed.GetValue(temperature),
                ClassWeight = parsed.GetValue(classWeight),
                Brain16 = parsed.GetValue(brain16),
                Seed = parsed.GetValue(seed),
            };
            ViewCache[] opened = [.. parsed.GetRequiredValue(caches).Select(ViewCache.Open)];
            string folder = parsed.GetRequiredValue(output);
            IReadOnlyList<ValidationPoint> curve = new Trainer(options, new BatchLoader(opened, options.Seed), folder, Log.Line).Run(
                cancellation);
            foreach (ValidationPoint point in curve)
            {
                File.AppendAllText(Path.Combine(folder, "curve.jsonl"), JsonSerializer.Serialize(point, Json.Compact) + "\n");
            }

            Array.ForEach(opened, cache => cache.Dispose());
            return Task.FromResult(cancellation.IsCancellationRequested ? 1 : 0);
        });
        return verb;
    }
}
