using System.CommandLine;
using System.Globalization;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Reports;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Training;
using ClockFunctions.Core.Training.Folders;
using ClockFunctions.Core.Training.Notebook;

namespace ClockFunctions.Cli.Verbs;

/// <summary><c>clocks train DIR -o MODELDIR</c>: the whole training on a folder; writes what the registry holds.</summary>
public static class TrainVerb
{
    public static Command Create()
    {
        FolderReading reading = new();
        TrainingArguments arguments = new();
        Option<string> output = new("--output", "-o")
        {
            Description = "Folder for head.safetensors, head.json, report.json and report.html",
            HelpName = "MODELDIR",
            Required = true,
        };
        Option<bool> json = new("--json") { Description = "Write the manifest as JSON" };
        Command command = new(
            "train", "Train a head on a folder of labelled images; Ctrl-C keeps what recipe notebook has learned") { output, json };
        reading.AddTo(command);
        arguments.AddTo(command);
        command.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                (ClassifierOptions options, NotebookOptions? notebook) = arguments.Read(parsed, reading.Options(parsed));
                ImageFolder images = reading.Read(parsed, options, cancellation);
                RefuseTooFew(images, options, notebook);
                TrainingResult result = Train(reading, parsed, images, options, notebook, cancellation);
                string folder = Path.GetFullPath(parsed.GetRequiredValue(output));
                result.ToDirectory(FolderReading.Thumbnails(result.Report, images, options)).Write(folder);
                if (parsed.GetValue(json))
                {
                    Terminal.WriteJson(result.Manifest);
                }
                else
                {
                    Describe(result, folder);
                }
            },
            CancellationToken.None)); // stopping is not failing: see NotebookTraining
        return command;
    }

    /// <summary>Before minutes of features: a wrong target or label rule shows at once.</summary>
    private static void RefuseTooFew(ImageFolder folder, ClassifierOptions options, NotebookOptions? notebook)
    {
        TrainingImage[] images = [.. folder.Images.Select(image => image.Image)];
        string? missing = notebook is null
            ? TrainingReadiness.WaitsFor(images, options.Target)
            : TrainingReadiness.LacksToValidate(images, options.Target, options.Training with { Split = "random" });
        if (missing is { } lack)
        {
            throw new TrainingNotReadyException(lack);
        }
    }

    private static TrainingResult Train(
        FolderReading reading, ParseResult parsed, ImageFolder images, ClassifierOptions options, NotebookOptions? notebook,
        CancellationToken cancellation)
    {
        (Backbone backbone, FeatureExtractor extractor) = FolderReading.Open(options);
        using (backbone)
        {
            FolderFeatures folder = reading.Extract(parsed, images, extractor, options.Training.Views, options.Training.Seed, cancellation);
            SummedHead? zeroShot = FolderReading.ZeroShot(options)?.Summed;
            TrainingSettings settings = new(options.Target, backbone.Spec, options.Pipeline, options.Training)
            {
                Extraction = folder.Cost,
                Prior = FolderReading.Prior(options),
            };
            if (notebook is null)
            {
                settings = settings with
                {
                    Probes = FolderProbes.Of(folder, extractor, HeadTraining.HeldOut(folder.Set.Images, settings), cancellation),
                };
                return HeadTraining.Run(folder.Set, settings, zeroShot, parentVersion: null, TimeProvider.System, cancellation);
            }

            TrainingResult result = NotebookTraining.Run(
                folder, extractor, settings, notebook, zeroShot, TimeProvider.System, new Epochs(), cancellation);
            if (cancellation.IsCancellationRequested)
            {
                Terminal.Progress($"stopped in epoch {result.Report.History.Count} of {notebook.Epochs}; keeping what was learned");
            }

            return result;
        }
    }

    private static void Describe(TrainingResult result, string folder)
    {
        HeadManifest manifest = result.Manifest;
        EvaluationMetrics metrics = manifest.Metrics;
        string labels = string.Join(", ", manifest.LabelCounts.Select(label => $"{label.Value} {label.Key}"));
        Console.WriteLine($"""
            {manifest.Version}: {manifest.State}
            {manifest.Reason}
            images      {labels}; {metrics.Count} held out, {metrics.Positives} of them {manifest.Target}
            threshold   {MetricsText.Value(manifest.Threshold)}: {manifest.ThresholdChoice}
            """);
        MetricsText.WriteMetrics(
            Console.Out, ("accuracy", metrics.Accuracy), ("precision", metrics.Precision), ("recall", metrics.Recall), ("F1", metrics.F1),
            ("ROC AUC", metrics.RocAuc), ("PR AUC", metrics.PrAuc), ("Brier", metrics.Brier), ("ECE", metrics.Ece));
        foreach (TrainingCost cost in result.Report.Costs)
        {
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"CPU         {cost.CpuSeconds:0.00} s {cost.Recipe}: {cost.How}"));
        }

        Console.WriteLine($"written to  {folder}");
    }

    private sealed class Epochs : IProgress<NotebookProgress>
    {
        public void Report(NotebookProgress value) => Terminal.Progress(string.Create(CultureInfo.InvariantCulture,
            $"epoch {value.Epoch,3}/{value.Epochs}  train loss {value.TrainLoss:0.0000}  validation loss {value.ValidationLoss:0.0000}  " +
            $"about {Duration(value.Remaining)} left"));

        private static string Duration(TimeSpan time) => time.TotalHours >= 1 ? $"{time:h\\:mm\\:ss}" : $"{time:m\\:ss} min";
    }
}
