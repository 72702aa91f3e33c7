using System.Diagnostics;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Training.Features;

namespace ClockFunctions.Core.Training.Folders;

/// <summary>Turns a folder of images into a training set, in parallel, looking into a cache first.</summary>
/// <param name="Set">The usable images.</param>
/// <param name="Folder">The same folder, less the unusable files, which joined its problems.</param>
/// <param name="Cost">What it took; null where neither now nor before enough was computed to tell.</param>
public sealed record FolderFeatures(TrainingSet Set, ImageFolder Folder, ExtractionCost? Cost)
{
    /// <summary>How often progress is reported.</summary>
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(2);

    /// <summary>Images that have to be computed to know what one costs: the first ones also compile code and allocate buffers.</summary>
    private const int EnoughToMeasure = 50;

    /// <param name="folder">The images.</param>
    /// <param name="extractor">Its backbone should run on one thread: images are what is done in parallel.</param>
    /// <param name="cache">Null to compute everything.</param>
    /// <param name="progress">Told now and then how many images are done.</param>
    /// <param name="cancellation">Gives up; what is in the cache stays there.</param>
    public static FolderFeatures Extract(
        ImageFolder folder, RowExtractor extractor, FolderFeatureCache? cache, IProgress<int>? progress, CancellationToken cancellation)
    {
        Half[]?[] rows = new Half[folder.Images.Count][];
        string?[] reasons = new string[rows.Length];
        (int done, int computed) = (0, 0);
        long reported = Stopwatch.GetTimestamp();
        TimeSpan before = Environment.CpuUsage.TotalTime;
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation };
        Parallel.For(0, rows.Length, parallel, i =>
        {
            FolderImage image = folder.Images[i];
            try
            {
                rows[i] = cache?.Find(image.Image.ContentHash);
                if (rows[i] is null)
                {
                    rows[i] = extractor.Extract(File.ReadAllBytes(image.File), image.Image.ContentHash).Values;
                    cache?.Add(image.Image.ContentHash, rows[i]!);
                    Interlocked.Increment(ref computed);
                }
            }
            catch (ImageException e)
            {
                reasons[i] = e.Message;
            }

            int now = Interlocked.Increment(ref done);
            long last = Interlocked.Read(ref reported);
            if (Stopwatch.GetElapsedTime(last) > ReportEvery
                && Interlocked.CompareExchange(ref reported, Stopwatch.GetTimestamp(), last) == last)
            {
                progress?.Report(now);
            }
        });

        double cpuSeconds = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        (int width, int views) = (extractor.Key.FeatureWidth, extractor.Key.Views);
        TrainingExample[] examples = [.. Enumerable.Range(0, rows.Length).Where(i => rows[i] is not null).Select(i => new TrainingExample(
            folder.Images[i].Image, rows[i].AsMemory(0, views * width), rows[i].AsMemory(views * width)))];
        ImageFolder usable = folder with
        {
            Images = [.. folder.Images.Where((_, i) => rows[i] is not null)],
            Problems = [.. folder.Problems, .. folder.Images.Select((image, i) => (image.Path, Reason: reasons[i]))
                .Where(file => file.Reason is not null).Select(file => new FolderProblem(file.Path, file.Reason!))],
        };
        return new FolderFeatures(
            new TrainingSet(width, views, examples), usable,
            Measure(cache, cpuSeconds, computed, views));
    }

    /// <summary>The cost of a view as measured now, or when the cache was filled.</summary>
    private static ExtractionCost? Measure(FolderFeatureCache? cache, double cpuSeconds, int computed, int views)
    {
        if (computed >= EnoughToMeasure)
        {
            double now = cpuSeconds / (computed * views);
            cache?.KeepCost(now);
            return new ExtractionCost(now, computed * views);
        }

        return cache?.FindCost() is { } before ? new ExtractionCost(before, computed * views) : null;
    }
}
