using ClockFunctions.Bench.Service;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Settings;

namespace ClockFunctions.Bench.Retrain;

/// <summary>
/// One new photo into a service that has learned from many: seconds from blob written to model served, and processor
/// time, against the case study's procedure, which sends every photo through the backbone again in every epoch.
/// </summary>
public static class RetrainBenchmark
{
    /// <summary>Epochs of the case study.</summary>
    private const int NotebookEpochs = 100;

    private const double MostSeconds = 1.5;
    private const double LeastRatio = 200;

    private static readonly TimeSpan Quiet = new TrainingOptions().QuietPeriod;

    public static async Task RunAsync(BenchOptions options)
    {
        ImageFolder photos = options.Labelled();
        int rounds = options.Rounds * 3;
        int images = Math.Min(options.Images ?? 1000, photos.Images.Count - rounds - 1);
        ImageFolder known = photos with { Images = [.. photos.Images.Take(images)] };

        List<Retraining> measured = [];
        await using (TemporaryStorage storage = await TemporaryStorage.StartAsync())
        // The gate lets everything through: what is measured is the way of a head that is published.
        await using (ClocksService service = await ClocksService.StartAsync(options, storage, ("Training__GateTolerance", "0.5")))
        {
            await storage.PushAsync(known);
            await service.TrainedAsync(images);
            for (int round = -1; round < rounds; round++) // round −1 warms up
            {
                await Settle(round);
                FolderImage photo = photos.Images[images + round + 1];
                Retraining retraining = await Retraining.MeasureAsync(service, storage, photo, images + round + 2);
                if (round >= 0)
                {
                    measured.Add(retraining);
                }
            }
        }

        Console.WriteLine(
            $"\nOne photo into {images}, {rounds} times; the quiet period of {Quiet.TotalSeconds} s, which waits for more, is taken off");
        Table stages = new("stage", "median s", "worst s");
        Row("blob written -> training begins", r => (r.Began - r.Written - Quiet).TotalSeconds);
        Row("training begins -> published", r => (r.Published - r.Began).TotalSeconds);
        Row("published -> served", r => (r.Served - r.Published).TotalSeconds);
        Row($"**blob written -> served** (aim {MostSeconds})", r => (r.Served - r.Written - Quiet).TotalSeconds);
        stages.Print();

        Console.WriteLine();
        int epochs = options.Epochs;
        double notebook = NotebookCpu.SecondsPerEpoch(options, known, epochs) * NotebookEpochs;
        double ours = Median.Of(measured.Select(r => r.Cpu.TotalSeconds));
        Table cpu = new("procedure", "CPU s", "how");
        cpu.Add("clocks serve, whole process", $"{ours:F2}", "measured, blob written to served; median");
        cpu.Add($"notebook, {NotebookEpochs} epochs", $"{notebook:F0}",
            $"{epochs} epochs measured on the same photos, times {(double)NotebookEpochs / epochs:F0}");
        cpu.Add($"**notebook / clocks** (aim {LeastRatio})", $"**{notebook / ours:F0} ×**", "");
        cpu.Print();

        void Row(string stage, Func<Retraining, double> seconds) =>
            stages.Add(stage, $"{Median.Of(measured.Select(seconds)):F2}", $"{measured.Max(seconds):F2}");
    }

    /// <summary>The last training tidies up; and each round begins at another moment of the polls that go once a second.</summary>
    private static Task Settle(int round) => Task.Delay(TimeSpan.FromSeconds(2 + (((round + 1) * 0.618) % 1)));
}
