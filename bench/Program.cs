using System.CommandLine;
using ClockFunctions.Bench;
using ClockFunctions.Bench.ColdStart;
using ClockFunctions.Bench.Functions;
using ClockFunctions.Bench.Guard;
using ClockFunctions.Bench.Hostile;
using ClockFunctions.Bench.Http;
using ClockFunctions.Bench.Ingest;
using ClockFunctions.Bench.Memory;
using ClockFunctions.Bench.Retrain;
using ClockFunctions.Bench.Scale;
using ClockFunctions.Bench.Score;

string shared = Path.Combine(BenchOptions.Root, "..", "shared", "data");
Option<string> photos = new("--photos")
{
    Description = "Folder of JPEG photos, searched recursively",
    DefaultValueFactory = _ => Path.Combine(shared, "clock-vs-other"),
    Recursive = true,
};
Option<string> large = new("--large-photo")
{
    Description = "One photo of some megapixels",
    DefaultValueFactory = _ => Path.Combine(shared, "large-photo.jpg"),
    Recursive = true,
};
Option<string> backbone = new("--backbone")
{
    Description = "The backbone that every side runs",
    DefaultValueFactory = _ => ClockFunctions.Core.Backbones.BackboneSpec.ShippedId,
    Recursive = true,
};
Option<string> damaged = new("--damaged")
{
    Description = "Folder of damaged images, searched recursively",
    DefaultValueFactory = _ => Path.Combine(shared, "hostile"),
};
Option<int?> heap = new("--heap-limit") { Description = "Limit in MiB of the service's managed heap, a quarter of which is for pictures" };
Option<int> seconds = new("--seconds") { Description = "Seconds of load a measurement", DefaultValueFactory = _ => 6, Recursive = true };
Option<int> rounds = new("--rounds")
{
    Description = "Rounds in which the sides take turns",
    DefaultValueFactory = _ => 3,
    Recursive = true,
};
Option<int?> images = new("--images") { Description = "Images in the storage" };
Option<int[]> sizes = new("--sizes")
{
    Description = "Numbers of images, each on top of the one before",
    DefaultValueFactory = _ => [1000, 10_000, 50_000],
    AllowMultipleArgumentsPerToken = true,
};
Option<string?> storage = new("--storage") { Description = "For the process that measures one size", Hidden = true };
Option<int> scores = new("--scores") { Description = "Scores to answer", DefaultValueFactory = _ => 10_000 };
Option<int> trainings = new("--trainings") { Description = "Trainings to make", DefaultValueFactory = _ => 100 };
Option<int> epochs = new("--epochs") { Description = "Epochs of the notebook's recipe that are really run", DefaultValueFactory = _ => 2 };

RootCommand bench = new("Benchmarks: every figure is a ratio against something run side by side")
{
    photos, large, backbone, seconds, rounds,
    Verb("score", "A score in process, by stage, against libjpeg-turbo and bare ONNX Runtime", ScoreBenchmark.RunAsync),
    Verb("coldstart", "From the start of a process to its first score", ColdStartBenchmark.RunAsync),
    Verb("functions", "The Functions app: start to first score, memory, and a score through its host against the local host",
    FunctionsBenchmark.RunAsync, images),
    Verb("guard", "Ratios and counts that CI holds; fails when one is passed", RegressionGuard.RunAsync),
    Verb("http", "Requests a second and latency against a Node server; overload", HttpBenchmark.RunAsync),
    Verb("overload", "More connections than the queue holds: what is accepted, and what turning the rest away costs",
    OverloadBenchmark.RunAsync),
    Verb("retrain", "One new photo into 1,000: seconds to the model that serves, and CPU against the notebook's procedure",
    RetrainBenchmark.RunAsync, images, epochs),
    Verb("scale", "A retraining from cached features with 1,000 to 50,000 images: seconds by stage, and peak memory",
    ScaleBenchmark.RunAsync, sizes, storage),
    Verb("ingest", "Images a second into the feature cache, by one and by two processes on the same storage", IngestBenchmark.RunAsync,
    images),
    Verb("hostile", "Memory and slowest answer under bombs and damaged images", HostileBenchmark.RunAsync, damaged, heap),
    Verb("memory", "Resident memory over 10,000 scores and 100 trainings", MemoryBenchmark.RunAsync, images, scores, trainings),
};
return await bench.Parse(args).InvokeAsync();

Command Verb(string name, string description, Func<BenchOptions, Task> run, params Option[] own)
{
    Command verb = new(name, description);
    foreach (Option option in own)
    {
        verb.Options.Add(option);
    }

    verb.SetAction(async parsed =>
    {
        Console.WriteLine($"Machine: {Machine.Describe()}");
        await run(new BenchOptions
        {
            PhotoFolder = Path.GetFullPath(parsed.GetRequiredValue(photos)),
            LargePhoto = File.Exists(parsed.GetRequiredValue(large)) ? parsed.GetRequiredValue(large) : null,
            Backbone = parsed.GetRequiredValue(backbone),
            HostileFolder = parsed.GetValue(damaged) is { } folder && Directory.Exists(folder) ? folder : null,
            HeapLimitMB = parsed.GetValue(heap),
            Seconds = parsed.GetValue(seconds),
            Rounds = parsed.GetValue(rounds),
            Images = parsed.GetValue(images),
            Epochs = parsed.GetValue(epochs),
            Sizes = parsed.GetValue(sizes) ?? [],
            Scores = parsed.GetValue(scores),
            Trainings = parsed.GetValue(trainings),
            Storage = parsed.GetValue(storage),
        });
    });
    return verb;
}
