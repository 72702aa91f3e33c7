using System.CommandLine;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Settings;

namespace ClockFunctions.Cli.Verbs;

/// <summary><c>clocks data summary DIR</c>.</summary>
internal static class DataSummaryVerb
{
    /// <summary>Lists on the screen stop here; <c>--json</c> gives all.</summary>
    private const int MostListed = 20;

    private const int FilesAProgressLine = 250;

    public static Command Create()
    {
        Argument<DirectoryInfo> folder = DataVerb.Folder();
        Option<string?> rule = DataVerb.Rule();
        Option<bool> quick = new("--quick") { Description = "Do not look for near-duplicates, which takes the backbone over every photo" };
        Option<bool> json = new("--json") { Description = "Write JSON for machines" };
        Command command = new("summary", "Count labels, sizes and formats; find unreadable files, duplicates and near-duplicates")
        {
            folder, rule, quick, json,
        };
        command.SetAction((parsed, cancellation) =>
        {
            ClassifierOptions options = Settings.Options(parsed);
            LabelledFolder labelled = DataVerb.Read(parsed.GetRequiredValue(folder), parsed.GetValue(rule), options.Training);
            ImageDecoder decoder = new(options.Images);
            using Backbone? backbone = parsed.GetValue(quick) ? null : Load(options);
            FeatureExtractor? extractor = backbone is null
                ? null
                : new FeatureExtractor(decoder, new Preprocessor(backbone.Spec.Input, options.Pipeline), backbone);
            Progress progress = new(labelled.Files.Count);
            DatasetSummary summary = new DatasetSurvey(decoder, extractor).Run(labelled, progress, cancellation);
            if (parsed.GetValue(json))
            {
                Terminal.WriteJson(summary);
            }
            else
            {
                Write(summary);
            }

            return Task.FromResult(Terminal.Success);
        });
        return command;
    }

    /// <summary>One thread a photo, and photos on all cores: the most photos a second.</summary>
    private static Backbone Load(ClassifierOptions options)
    {
        (BackboneSpec spec, string file) = new BackboneCatalogue(options.BackboneFolder).Resolve(options.Backbone);
        return Backbone.Load(spec, file, new BackboneOptions { IntraOpThreads = 1 });
    }

    private static void Write(DatasetSummary summary)
    {
        Console.WriteLine($"{summary.Images} images");
        foreach (LabelCount label in summary.Labels)
        {
            Console.WriteLine($"  {label.Label,-20} {label.Images,7}  {(double)label.Images / summary.Images,6:P1}");
        }

        if (summary.Imbalance is { } imbalance)
        {
            Console.WriteLine($"imbalance       {imbalance:0.#} : 1");
        }

        Console.WriteLine($"formats         {string.Join(", ", summary.Formats.Select(format => $"{format.Key} {format.Value}"))}");
        Write("width", summary.Widths, "px");
        Write("height", summary.Heights, "px");
        Write("size", summary.Bytes, "bytes");
        Write("unreadable", [.. summary.Unreadable.Select(file => $"{file.Path}: {file.Reason}")]);
        Write("without a label", summary.Unlabelled);
        Write("exact copies", [.. summary.ExactDuplicates.Select(Describe)]);
        if (summary.NearDuplicates is { } near)
        {
            Write("nearly the same", [.. near.Select(Describe)]);
        }
    }

    private static string Describe(DuplicateGroup group) =>
        string.Join(" = ", group.Paths) + (group.LabelsDiffer ? "  <- under different labels" : "");

    private static void Write(string name, Spread? spread, string unit)
    {
        if (spread is not null)
        {
            Console.WriteLine($"{name,-15} {spread.Least:0} – {spread.Most:0} {unit}, median {spread.Median:0}");
        }
    }

    private static void Write(string name, IReadOnlyList<string> lines)
    {
        Console.WriteLine($"{name,-15} {(lines.Count == 0 ? "none" : lines.Count)}");
        foreach (string line in lines.Take(MostListed))
        {
            Console.WriteLine($"  {line}");
        }

        if (lines.Count > MostListed)
        {
            Console.WriteLine($"  … and {lines.Count - MostListed} more (--json lists all)");
        }
    }

    /// <summary>A line now and then, from whichever thread gets there.</summary>
    private sealed class Progress(int files) : IProgress<int>
    {
        public void Report(int value)
        {
            if (value % FilesAProgressLine == 0)
            {
                Terminal.Progress($"{value} of {files} files");
            }
        }
    }
}
