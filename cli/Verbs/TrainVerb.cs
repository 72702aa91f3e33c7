using System.CommandLine;
using System.Globalization;
using ClockFunctions.Core;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Evaluation;
using ClockFunctions.Core.Heads;
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
        Option<string> output = new("--output", "-o") { Description = "Folder for head.safetensors, head.json, report.json and report.html", HelpName = "MODELDIR", Required = true };
        Option<string> recipe = new("--recipe") { Description = "default: the best in seconds, on cached views; notebook: the case study's, new views every epoch", DefaultValueFactory = _ => DefaultRecipe };
        recipe.AcceptOnlyFromAmong(DefaultRecipe, NotebookTraining.Name);
        Option<int?> seed = new("--seed") { Description = "Seed of everything random [default: setting Training:Seed, 1]" };
        Option<int?> views = new("--views") { Description = "default: views of an image, the clean one included [default: setting Training:Views, 3]" };
        Option<double?> fraction = new("--val-frac") { Description = "Share of images held out [default: setting Training:ValidationFraction, 0.3]" };
        Option<string?> aim = new("--aim") { Description = "What the threshold is for: f1, precision:FLOOR or recall:FLOOR [default: f1; notebook: the fixed threshold 0.5]" };
        Option<int?> epochs = new("--epochs") { Description = "notebook: epochs [default: 100]" };
        Option<double?> rate = new("--lr") { Description = "notebook: Adam's step size [default: 0.001]" };
        Option<double?> decay = new("--weight-decay") { Description = "notebook: Adam's L2 penalty [default: 0.2]" };
        Option<int?> batch = new("--batch-size") { Description = "notebook: views a step [default: 32]" };
        Option<int?> interval = new("--log-interval") { Description = "notebook: epochs between two lines of progress [default: 5]" };
        Option<bool> json = new("--json") { Description = "Write the manifest as JSON" };
        Command command = new("train", "Train a head on a folder of labelled images")
        {
            output, recipe, seed, views, fraction, aim, epochs, rate, decay, batch, interval, json,
        };
        reading.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            ClassifierOptions options = reading.Options(parsed);
            bool notebook = parsed.GetValue(recipe) == NotebookTraining.Name;
            RefuseOthers(parsed, notebook ? [views] : [epochs, rate, decay, batch, interval], notebook);
            NotebookOptions defaults = new();
            NotebookOptions asNotebook = defaults with
            {
                Epochs = parsed.GetValue(epochs) ?? defaults.Epochs,
                LearningRate = parsed.GetValue(rate) ?? defaults.LearningRate,
                WeightDecay = parsed.GetValue(decay) ?? defaults.WeightDecay,
                BatchSize = parsed.GetValue(batch) ?? defaults.BatchSize,
                LogInterval = parsed.GetValue(interval) ?? defaults.LogInterval,
                ValidationFraction = parsed.GetValue(fraction) ?? defaults.ValidationFraction,
                Seed = parsed.GetValue(seed) ?? options.Training.Seed,
                Aim = parsed.GetValue(aim),
            };
            options = options with
            {
                Training = options.Training with
                {
                    Seed = asNotebook.Seed,
                    Views = notebook ? 1 : parsed.GetValue(views) ?? options.Training.Views,
                    ValidationFraction = parsed.GetValue(fraction) ?? options.Training.ValidationFraction,
                    Aim = parsed.GetValue(aim) ?? options.Training.Aim,
                },
            };
            string[] errors = [.. OptionsValidation.Errors(options, "Classifier").Concat(notebook ? OptionsValidation.Errors(asNotebook, "notebook") : [])];
            if (errors.Length > 0)
            {
                throw new UsageException(string.Join(Environment.NewLine + "clocks: ", errors));
            }

            ImageFolder images = reading.Read(parsed, options, cancellation);
            TrainingResult result = Train(reading, parsed, images, options, notebook ? asNotebook : null, cancellation);
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

            return Task.FromResult(Terminal.Success);
        });
        return command;
    }

    private const string DefaultRecipe = "default";

    private static TrainingResult Train(
        FolderReading reading, ParseResult parsed, ImageFolder images, ClassifierOptions options, NotebookOptions? notebook, CancellationToken cancellation)
    {
        (Backbone backbone, ViewExtractor extractor) = FolderReading.Open(options);
        using (backbone)
        {
            FolderFeatures folder = reading.Extract(parsed, images, extractor, options.Training.Views, options.Training.Seed, cancellation);
            SummedHead zeroShot = new(ClassSet.Parse(options.TargetClasses), options.ZeroShot.Threshold);
            TrainingSettings settings = new(options.Target, backbone.Spec, options.Pipeline, options.Training) { Extraction = folder.Cost };
            return notebook is null
                ? HeadTraining.Run(folder.Set, settings, zeroShot, parentVersion: null, TimeProvider.System, cancellation)
                : NotebookTraining.Run(folder, extractor, settings, notebook, zeroShot, TimeProvider.System, new Epochs(), cancellation);
        }
    }

    /// <summary>An option that the recipe does not look at would be a silent disappointment.</summary>
    private static void RefuseOthers(ParseResult parsed, Option[] others, bool notebook)
    {
        foreach (Option option in others)
        {
            if (parsed.GetResult(option) is { Implicit: false })
            {
                throw new UsageException($"{option.Name} means nothing to recipe {(notebook ? NotebookTraining.Name : DefaultRecipe)}.");
            }
        }
    }

    private static void Describe(TrainingResult result, string folder)
    {
        HeadManifest manifest = result.Manifest;
        EvaluationMetrics metrics = manifest.Metrics;
        Console.WriteLine($"""
            {manifest.Version}: {manifest.State}
              {manifest.Reason}
              images      {string.Join(", ", manifest.LabelCounts.Select(label => $"{label.Value} {label.Key}"))}; {metrics.Count} held out, {metrics.Positives} of them {manifest.Target}
              threshold   {Number(manifest.Threshold)} ({manifest.ThresholdChoice})
              accuracy    {Text(metrics.Accuracy)}
              precision   {Text(metrics.Precision)}
              recall      {Text(metrics.Recall)}
              F1          {Text(metrics.F1)}
              ROC AUC     {Text(metrics.RocAuc)}
              PR AUC      {Text(metrics.PrAuc)}
              Brier, ECE  {Number(metrics.Brier.Value)}, {Number(metrics.Ece.Value)}
            """);
        foreach (TrainingCost cost in result.Report.Costs)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  CPU         {cost.Recipe}: {cost.CpuSeconds:0.00} s ({cost.How})"));
        }

        Console.WriteLine($"  written to  {folder}");
    }

    private static string Text(Interval interval) => interval.Low is null
        ? Number(interval.Value) : $"{Number(interval.Value)} (95 %: {Number(interval.Low)} – {Number(interval.High)})";

    private static string Number(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "–";

    private sealed class Epochs : IProgress<NotebookProgress>
    {
        public void Report(NotebookProgress value) => Terminal.Progress(string.Create(CultureInfo.InvariantCulture,
            $"epoch {value.Epoch,3}/{value.Epochs}  train loss {value.TrainLoss:0.0000}  validation loss {value.ValidationLoss:0.0000}  about {Duration(value.Remaining)} left"));

        private static string Duration(TimeSpan time) => time.TotalHours >= 1 ? $"{time:h\\:mm\\:ss} h" : $"{time:m\\:ss} min";
    }
}
