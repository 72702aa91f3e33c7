using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ClockFunctions.Core;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Reports;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Training;
using ClockFunctions.Core.Training.Folders;

namespace ClockFunctions.Cli.Verbs;

/// <summary><c>clocks evaluate DIR --model MODELDIR</c>: how good a trained head is on a folder.</summary>
internal static class EvaluateVerb
{
    public static Command Create()
    {
        FolderReading reading = new();
        ResultOptions results = new();
        Option<string> model = new("--model")
        {
            Description = "Folder with head.safetensors and head.json, as `clocks train -o` writes it",
            HelpName = "MODELDIR",
            Required = true,
        };
        Option<double?> threshold = new("--threshold")
        {
            Description = "Probability from which an image is the target, 0 to 1 [default: the model's]",
        };
        Option<string?> aim = new("--aim")
        {
            Description = "Choose the threshold on these images: f1, precision:FLOOR or recall:FLOOR",
            HelpName = "AIM",
        };
        Option<bool> unseen = new("--unseen") { Description = "Leave out the images that the model was trained on" };
        Command command = new("evaluate", "Measure a trained head on a folder of labelled photos") { model, threshold, aim, unseen };
        reading.AddTo(command);
        results.AddTo(command);
        command.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                if (parsed.GetValue(threshold) is { } given && (parsed.GetValue(aim) is not null || given is not (>= 0 and <= 1)))
                {
                    throw new UsageException(
                        parsed.GetValue(aim) is not null ? "Give --threshold or --aim, not both." : "--threshold must be 0 to 1.");
                }

                ThresholdAim? wanted = parsed.GetValue(aim) is { } text ? Aim(text) : null;
                (LearnedHead head, HeadManifest manifest) = HeadDirectory.Read(parsed.GetRequiredValue(model));
                ClassifierOptions options = reading.OptionsFor(parsed, manifest);
                SeenImages? seen = ReadSeen(parsed.GetRequiredValue(model));
                if (parsed.GetValue(unseen) && seen is null)
                {
                    throw new UsageException(
                        $"{parsed.GetRequiredValue(model)} has no {HeadDirectory.ReportName} that says which images it was trained on: " +
                        "--unseen is not possible.");
                }

                (BackboneSpec backbone, FolderFeatures features) = reading.Features(parsed, options, views: 1, cancellation);
                if (HeadCompatibility.Refusal(manifest, backbone, options.Pipeline) is { } refusal)
                {
                    throw new UsageException(refusal);
                }

                Measured measured = Measure(head, features, options.Target, parsed.GetValue(unseen) ? seen : null);
                (double at, string how) = (parsed.GetValue(threshold), wanted) switch
                {
                    ({ } value, _) => (value, "given"),
                    (_, { } sought)
                        when ThresholdChoice.Choose(measured.Scored, sought) is var choice =>
                            (choice.Threshold, $"{choice.Description} on these very images"),
                    _ => (manifest.Threshold, manifest.ThresholdChoice),
                };
                TrainingReport report = Report(manifest, backbone, options, measured, seen, features.Set, at, how);
                Write(report, features.Folder, options, results.Folder(parsed), results.Json(parsed));
            },
            cancellation));
        return command;
    }

    /// <summary>The images' scores, with the indices of the images in the set.</summary>
    private sealed record Measured(int[] Images, ScoredImage[] Scored);

    private static Measured Measure(LearnedHead head, FolderFeatures features, string target, SeenImages? leaveOut)
    {
        int[] images = [
            .. Enumerable.Range(0, features.Set.Count).Where(i => leaveOut?.WasTrainedOn(features.Set.Images[i].ContentHash) != true)];
        return images.Length == 0
            ? throw new UsageException("The model was trained on every image of the folder: none is unseen.")
            : new Measured(images, features.Set.Score(head, target, images));
    }

    private static SeenImages? ReadSeen(string model)
    {
        string path = Path.Combine(model, HeadDirectory.ReportName);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<TrainingReport>(File.ReadAllBytes(path), Json.Compact)?.Seen : null;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is damaged: {e.Message}", e);
        }
    }

    private static TrainingReport Report(
        HeadManifest manifest, BackboneSpec backbone, ClassifierOptions options, Measured measured, SeenImages? seen, TrainingSet set,
        double threshold, string how)
    {
        string[] hashes = [.. measured.Images.Select(image => set.Images[image].ContentHash)];
        EvaluationSubject subject = EvaluationSubject.Of("photos of a folder", measured.Scored) with
        {
            TrainedOn = seen is null ? null : hashes.Count(seen.WasTrainedOn),
            ValidatedOn = seen is null ? null : hashes.Count(seen.WasHeldOut),
        };
        TrainingReport report =
            TrainingReport.Of(manifest, subject, measured.Scored, Evaluator.Evaluate(measured.Scored, threshold), how);
        if (FolderReading.ZeroShot(options)?.Summed is not { } zeroShot)
        {
            return report; // no head but this one
        }

        string rival = string.Create(CultureInfo.InvariantCulture, $"zero-shot, summed at {zeroShot.Threshold}");
        return report with
        {
            Rivals = [new RivalHead(rival, Evaluator.Evaluate(set.Score(zeroShot, options.Target, measured.Images), zeroShot.Threshold))],
        };
    }

    private static void Write(TrainingReport report, ImageFolder folder, ClassifierOptions options, string? output, bool json)
    {
        if (output is not null)
        {
            Dictionary<string, byte[]> thumbnails = FolderReading.Thumbnails(report, folder, options);
            File.WriteAllText(Path.Combine(output, HeadDirectory.PageName), ReportPage.Render(report, thumbnails));
            File.WriteAllText(Path.Combine(output, HeadDirectory.ReportName), JsonSerializer.Serialize(report, Json.Indented));
            foreach ((string name, string svg) in ReportPlots.Files(report))
            {
                File.WriteAllText(Path.Combine(output, name), svg);
            }

            foreach ((string name, byte[] png) in ReportPictures.Sheets(report, thumbnails))
            {
                File.WriteAllBytes(Path.Combine(output, name), png);
            }
        }

        if (json)
        {
            Terminal.WriteJson(new
            {
                report.Manifest.Version,
                report.Subject,
                report.ThresholdChoice,
                report.Metrics,
                report.Rivals,
                report.Mistakes,
                report.Uncertain,
            });
        }
        else
        {
            Describe(Console.Out, report);
        }
    }

    private static void Describe(TextWriter output, TrainingReport report)
    {
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Head {report.Manifest.Version} at threshold {report.Metrics.Threshold:0.####} ({report.ThresholdChoice})"));
        output.WriteLine();
        foreach (string sentence in ReportSentences.Of(report))
        {
            output.WriteLine(sentence);
        }

        output.WriteLine();
        MetricsText.WriteConfusion(output, report.Metrics.Confusion, report.Manifest.Target);
        output.WriteLine();
        MetricsText.WriteMetrics(
            output,
            ("accuracy", report.Metrics.Accuracy),
            ("precision", report.Metrics.Precision),
            ("recall", report.Metrics.Recall),
            ("F1", report.Metrics.F1),
            ("ROC AUC", report.Metrics.RocAuc),
            ("PR AUC", report.Metrics.PrAuc),
            ("Brier", report.Metrics.Brier),
            ("ECE", report.Metrics.Ece));
        foreach (RivalHead rival in report.Rivals)
        {
            output.WriteLine();
            output.WriteLine(
                $"{rival.Name}: accuracy {MetricsText.Value(rival.Metrics.Accuracy.Value)}, precision " +
                $"{MetricsText.Value(rival.Metrics.Precision.Value)}, recall {MetricsText.Value(rival.Metrics.Recall.Value)}, ROC AUC " +
                $"{MetricsText.Value(rival.Metrics.RocAuc.Value)}");
        }
    }

    private static ThresholdAim Aim(string text)
    {
        try
        {
            return ThresholdAim.Parse(text);
        }
        catch (FormatException e)
        {
            throw new UsageException(e.Message);
        }
    }
}
