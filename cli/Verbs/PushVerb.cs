using System.CommandLine;
using System.Diagnostics;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Storage;

namespace ClockFunctions.Cli.Verbs;

/// <summary><c>clocks push DIR</c>: labelled images into the training container.</summary>
internal static class PushVerb
{
    private const int MostProblemsShown = 10;
    private const int MostConcurrency = 256;
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(1);

    private static readonly Argument<string> Folder = new("DIR")
    {
        Description = "Labelled images: a folder a label, or flat files with --label-rule",
    };

    private static readonly Option<string?> Rule = new("--label-rule")
    {
        Description = "How a file of DIR gets its label: folder, or regex:PATTERN=LABEL;…;*=LABEL on the file name",
        HelpName = "RULE",
    };

    private static readonly Option<int> Concurrency = new("--concurrency")
    {
        Description = "Uploads at the same time",
        DefaultValueFactory = _ => FolderPush.DefaultConcurrency,
    };

    private static readonly Option<bool> AsJson = new("--json") { Description = "Write JSON for machines" };

    public static Command Create()
    {
        Command verb = new("push", "Uploads labelled images into the training container; what is there already is not sent again")
        {
            Folder, Rule, Concurrency, Settings.Storage, AsJson,
        };
        verb.SetAction(
            (parsed, cancellation) => StorageSession.RunAsync(parsed, session => PushAsync(parsed, session, cancellation), cancellation));
        return verb;
    }

    private static async Task<int> PushAsync(ParseResult parsed, StorageSession session, CancellationToken cancellation)
    {
        int concurrency = parsed.GetValue(Concurrency);
        if (concurrency is < 1 or > MostConcurrency)
        {
            throw new UsageException($"--concurrency must be 1 to {MostConcurrency}.");
        }

        ImageFolder folder = Read(parsed, session.Options, cancellation);
        if (folder.Images.Count == 0)
        {
            string why = folder.Problems is [var first, ..] ? $"{first.Path} {first.Reason}" : "it is empty";
            throw new UsageException($"There is no image with a label in {folder.Root}: {why}.");
        }

        long start = Stopwatch.GetTimestamp();
        await session.Get<StorageContainers>().EnsureAsync(cancellation);
        FolderPush push = new(session.Get<TrainingContainer>(), session.Get<TrainingStateBlob>());
        PushResult result = await push.RunAsync(folder, concurrency, new Progress(folder.Images.Count), cancellation);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (parsed.GetValue(AsJson))
        {
            Terminal.WriteJson(new { result.Uploaded, result.Skipped, result.Bytes, Seconds = Math.Round(seconds, 3), result.Problems });
            return Terminal.Success;
        }

        Console.Out.WriteLine(FormattableString.Invariant(
            $"Uploaded {result.Uploaded} images ({result.Bytes / 1e6:0.0} MB) in {seconds:0.0} s; {result.Skipped} were there already."));
        foreach (FolderProblem problem in result.Problems.Take(MostProblemsShown))
        {
            Console.Out.WriteLine($"Left out: {problem.Path} {problem.Reason}");
        }

        if (result.Problems.Count > MostProblemsShown)
        {
            Console.Out.WriteLine($"Left out: {result.Problems.Count - MostProblemsShown} more");
        }

        return Terminal.Success;
    }

    private static ImageFolder Read(ParseResult parsed, ClassifierOptions options, CancellationToken cancellation)
    {
        try
        {
            LabelRule rule = LabelRule.Parse(parsed.GetValue(Rule) ?? options.Training.LabelRule);
            return ImageFolder.Read(parsed.GetRequiredValue(Folder), rule, options.Images.MaxBytes, cancellation);
        }
        catch (Exception e) when (e is FormatException or DirectoryNotFoundException)
        {
            throw new UsageException(e.Message);
        }
    }

    /// <summary>A line a second at most.</summary>
    private sealed class Progress(int total) : IProgress<int>
    {
        private long _last = Stopwatch.GetTimestamp();

        public void Report(int value)
        {
            long before = Interlocked.Read(ref _last);
            if (Stopwatch.GetElapsedTime(before) >= ReportInterval
                && Interlocked.CompareExchange(ref _last, Stopwatch.GetTimestamp(), before) == before)
            {
                Terminal.Progress($"{value} of {total} images");
            }
        }

    }
}
