using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ClockFunctions.Core;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Reports;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Training.Folders;

namespace ClockFunctions.Cli.Verbs;

/// <summary><c>clocks analyze DIR</c>: how well the zero-shot heads do, before anything is trained.</summary>
internal static class AnalyzeVerb
{
    public static Command Create()
    {
        FolderReading reading = new();
        Option<string> head = new("--head")
        {
            Description = "topk: a target class among the k best; summed: their probabilities together",
            DefaultValueFactory = _ => "summed",
        };
        head.AcceptOnlyFromAmong("topk", "summed");
        Option<int?> k = new("--k") { Description = "Head topk: 1 to 1000 [default: setting ZeroShot:K, 5]" };
        Option<double?> threshold = new("--threshold")
        {
            Description = "Head summed: 0 to 1 [default: setting ZeroShot:Threshold, else the backbone's own, else 0.007]",
        };
        Option<string?> classes = new("--classes")
        {
            Description = "ImageNet classes that mean the target, ids or names with commas between [default: setting TargetClasses]",
            HelpName = "IDS",
        };
        Option<bool> sweep = new("--sweep") { Description = "Try every k, or every threshold" };
        ResultOptions results = new();
        Command command = new(
            "analyze", "Say how well a zero-shot head does on a folder of labelled photos") { head, k, threshold, classes, sweep };
        reading.AddTo(command);
        results.AddTo(command);
        command.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                ClassifierOptions options = reading.Options(parsed);
                options = options with
                {
                    TargetClasses = parsed.GetValue(classes) ?? options.TargetClasses,
                    ZeroShot = new ZeroShotOptions
                    {
                        K = parsed.GetValue(k) ?? options.ZeroShot.K,
                        Threshold = parsed.GetValue(threshold) ?? options.ZeroShot.Threshold,
                    },
                };
                if (OptionsValidation.Errors(options.ZeroShot, "ZeroShot").FirstOrDefault() is { } error)
                {
                    throw new UsageException(error);
                }

                bool topK = parsed.GetValue(head) == "topk";
                if (topK ? parsed.GetValue(threshold) is not null : parsed.GetValue(k) is not null)
                {
                    throw new UsageException(
                        topK ? "Head topk has no --threshold: give --k." : "Head summed has no --k: give --threshold.");
                }

                ZeroShotAnalysis analysis = Analyse(reading, parsed, options, topK, parsed.GetValue(sweep), cancellation);
                Write(analysis, results.Folder(parsed), results.Json(parsed));
            },
            cancellation));
        return command;
    }

    private static ZeroShotAnalysis Analyse(
        FolderReading reading, ParseResult parsed, ClassifierOptions options, bool topK, bool sweep, CancellationToken cancellation)
    {
        ZeroShotHeads zeroShot = FolderReading.ZeroShot(options) ?? throw new UsageException(
            $"Backbone {options.Backbone} gives features alone: it has no zero-shot head to analyse. Train one with `clocks train`.");
        (BackboneSpec backbone, FolderFeatures features) = reading.Features(parsed, options, views: 1, cancellation);
        (int k, double threshold) = (zeroShot.K, zeroShot.Summed.Threshold);
        IHead head = topK ? zeroShot.TopK : zeroShot.Summed;
        ScoredImage[] scored = features.Set.Score(head, options.Target, [.. Enumerable.Range(0, features.Set.Count)]);
        return new ZeroShotAnalysis
        {
            Head = head.Kind,
            K = topK ? k : null,
            Threshold = topK ? null : threshold,
            Target = options.Target,
            Backbone = backbone.Id,
            Pipeline = options.Pipeline.ToString().ToLowerInvariant(),
            Classes = [.. zeroShot.Classes.Select(id => new NamedClass(id, ImageNetClasses.Names[id]))],
            LabelCounts = EvaluationSubject.Of("", scored).LabelCounts,
            LeftOut = features.Folder.Problems.Count,
            Metrics = Evaluator.Evaluate(scored, head.Threshold),
            Sweep = !sweep ? null : topK ? ZeroShotAnalysis.SweepK(scored, k) : ZeroShotAnalysis.SweepThreshold(scored, threshold),
        };
    }

    private static void Write(ZeroShotAnalysis analysis, string? output, bool json)
    {
        if (output is not null)
        {
            File.WriteAllText(Path.Combine(output, "analysis.json"), JsonSerializer.Serialize(analysis, Json.Indented));
            if (analysis.SweepPlot() is { } plot)
            {
                File.WriteAllText(Path.Combine(output, "sweep.svg"), plot);
            }
        }

        if (json)
        {
            Terminal.WriteJson(analysis);
        }
        else
        {
            Describe(Console.Out, analysis);
        }
    }

    private static void Describe(TextWriter output, ZeroShotAnalysis analysis)
    {
        string at = analysis.K is { } k ? $"k {k}" : string.Create(CultureInfo.InvariantCulture, $"threshold {analysis.Threshold}");
        output.WriteLine($"Zero-shot head {analysis.Head}, {at}, backbone {analysis.Backbone}, pipeline {analysis.Pipeline}");
        output.WriteLine($"classes: {string.Join(", ", analysis.Classes.Select(one => $"{one.Id} {one.Name}"))}");
        string leftOut = analysis.LeftOut > 0 ? $"; {analysis.LeftOut} files left out" : "";
        output.WriteLine($"images: {string.Join(", ", analysis.LabelCounts.Select(label => $"{label.Value} {label.Key}"))}{leftOut}");
        output.WriteLine();
        MetricsText.WriteConfusion(output, analysis.Metrics.Confusion, analysis.Target);
        output.WriteLine();
        MetricsText.WriteMetrics(
            output,
            ("accuracy", analysis.Metrics.Accuracy),
            ("precision", analysis.Metrics.Precision),
            ("recall", analysis.Metrics.Recall),
            ("F1", analysis.Metrics.F1),
            ("ROC AUC", analysis.Metrics.RocAuc),
            ("PR AUC", analysis.Metrics.PrAuc));
        if (analysis.Sweep is { } sweep)
        {
            output.WriteLine();
            output.WriteLine($"{(analysis.K is null ? "threshold" : "k"),9}  accuracy  precision  recall      F1   found  false alarms");
            foreach (ZeroShotPoint point in sweep)
            {
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{point.Value,9:0.####}{MetricsText.Value(point.Accuracy),10}{MetricsText.Value(point.Precision),11}" +
                    $"{MetricsText.Value(point.Recall),8}{MetricsText.Value(point.F1),8}" +
                    $"{point.Confusion.TruePositives,8}{point.Confusion.FalsePositives,14}"));
            }
        }
    }
}
