using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ClockFunctions.Bench.Service;

namespace ClockFunctions.Bench.Scale;

/// <summary>
/// A retraining from cached features with more and more images: real blobs and real packs in a real Azurite, features
/// mixed from those of photos. Each size is measured by a process of its own, so that its peak of memory is its own.
/// </summary>
public static class ScaleBenchmark
{
    private const double MostSeconds = 30;
    private const double MostGiB = 1.5;

    public static async Task RunAsync(BenchOptions options)
    {
        if (options.Storage is { } given)
        {
            Console.WriteLine(JsonSerializer.Serialize(await ScaleRun.MeasureAsync(options, given)));
            return;
        }

        List<ScaleFigures> measured = [];
        await using (TemporaryStorage storage = await TemporaryStorage.StartAsync())
        {
            using ScaleStorage filled = ScaleStorage.Open(options, storage);
            foreach (int images in options.Sizes.Order())
            {
                long start = Stopwatch.GetTimestamp();
                await filled.FillAsync(images);
                Console.Error.WriteLine($"{images} images are in the storage after {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s");
                measured.Add(await MeasureAsync(options, storage));
            }
        }

        Print(measured);
    }

    /// <summary>This very benchmark as a process of its own, which is given the storage; its figures are its last line.</summary>
    private static async Task<ScaleFigures> MeasureAsync(BenchOptions options, TemporaryStorage storage)
    {
        string output = await ChildProcess.RunAsync("dotnet", [
            Path.Combine(AppContext.BaseDirectory, "ClockFunctions.Bench.dll"), "scale", "--photos", options.PhotoFolder, "--backbone",
            options.Backbone, "--storage", storage.ConnectionString]);
        return JsonSerializer.Deserialize<ScaleFigures>(output.TrimEnd().Split('\n')[^1])!;
    }

    private static void Print(List<ScaleFigures> measured)
    {
        Table table = new(
            ["images", .. measured.Select(m => m.Images.ToString("N0", CultureInfo.InvariantCulture)),
                .. measured.Count > 1 ? [$"last step: images × {Growth(m => m.Images):F0}"] : Array.Empty<string>()]);
        Row("listing, Azurite's share s", m => m.ListingElsewhere, "F2");
        Row("listing, our CPU s", m => m.ListingCpu, "F2");
        Row("fingerprint s", m => m.Fingerprint, "F2");
        Row("index of the packs s", m => m.Index, "F2");
        Row("loading features s", m => m.Loading, "F2");
        Row("training s", m => m.Training, "F2");
        Row("evaluation s", m => m.Evaluation, "F2");
        Row("report s", m => m.Report, "F2");
        Row($"**retrain, fresh process, s** (aim {MostSeconds})", m => m.First, "F1");
        Row($"**retrain, one photo more, s** (aim {MostSeconds})", m => m.Again, "F1");
        Row($"**peak memory GiB** (aim {MostGiB})", m => m.PeakBytes / (double)(1L << 30), "F2");
        table.Print();

        void Row(string what, Func<ScaleFigures, double> value, string format) => table.Add(
            [what, .. measured.Select(m => value(m).ToString(format, CultureInfo.InvariantCulture)),
                .. measured.Count > 1 ? [$"× {Growth(value):F1}"] : Array.Empty<string>()]);

        double Growth(Func<ScaleFigures, double> value) =>
            value(measured[^1]) / value(measured[^2]); // from the smallest, start-up costs would hide it
    }
}
