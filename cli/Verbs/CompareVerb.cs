using System.CommandLine;
using System.Globalization;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Training;
using ClockFunctions.Core.Training.Comparison;
using ClockFunctions.Core.Training.Folders;
using ClockFunctions.Core.Training.Notebook;

namespace ClockFunctions.Cli.Verbs;

/// <summary><c>clocks compare DIR</c>: heads, pipelines, recipes and backbones side by side, by cross-validation.</summary>
internal static class CompareVerb
{
    private static readonly int[] LearningSteps = [5, 10, 25, 50, 100];

    public static Command Create()
    {
        FolderReading reading = new();
        ResultOptions results = new();
        Option<string[]> heads = Many("--heads", "Any of summed, topk, learned [default: all]", ["summed", "topk", "learned"]);
        Option<string[]> pipelines = Many(
            "--pipelines", "Any of resize, crop, full [default: that of --pipeline]", ["resize", "crop", "full"]);
        Option<string[]> recipes = Many(
            "--recipes", "Any of default, notebook (which takes minutes a fold) [default: default]", ["default", NotebookTraining.Name]);
        Option<string[]> backbones = Many("--backbones", "Ids of backbones [default: that of --backbone]", []);
        Option<int> folds = new("--folds") { Description = "Folds of the cross-validation, 2 to 20", DefaultValueFactory = _ => 5 };
        Option<int?> epochs = new("--epochs") { Description = "Recipe notebook: epochs [default: 100]" };
        Option<bool> curve = new("--learning-curve") { Description = "Also train on 5, 10, 25, 50, 100 images of the target" };
        Option<bool> fewShot = new("--few-shot")
        {
            Description = "Also train on 3, 5, 10, 20, 50 and all images of the target with four others each, ten draws of each",
        };
        Command command = new("compare", "Compare heads, pipelines, recipes and backbones by cross-validation, near-duplicates in one fold")
        {
            heads, pipelines, recipes, backbones, folds, epochs, curve, fewShot,
        };
        reading.AddTo(command);
        results.AddTo(command);
        command.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                if (parsed.GetValue(folds) is < 2 or > 20)
                {
                    throw new UsageException("--folds must be 2 to 20.");
                }

                ClassifierOptions options = reading.Options(parsed);
                Plan plan = new(
                    Values(parsed, heads, ["summed", "topk", "learned"]),
                    Values(parsed, recipes, ["default"]),
                    parsed.GetValue(folds),
                    parsed.GetValue(curve),
                    parsed.GetValue(fewShot),
                    new NotebookOptions { Seed = options.Training.Seed, Epochs = parsed.GetValue(epochs) ?? new NotebookOptions().Epochs });
                if (OptionsValidation.Errors(plan.Notebook, "notebook").FirstOrDefault() is { } error)
                {
                    throw new UsageException(error);
                }

                ClassifierOptions[] variants = [..
                    from backbone in Values(parsed, backbones, [options.Backbone])
                    from pipeline in Values(parsed, pipelines, [options.Pipeline.ToString()])
                    select options with { Backbone = backbone, Pipeline = Enum.Parse<Pipeline>(pipeline, ignoreCase: true) }];
                HeadComparison comparison = Compare(reading, parsed, variants, plan, cancellation);
                ComparisonOutput.Write(comparison, results.Folder(parsed), results.Json(parsed));
            },
            cancellation));
        return command;
    }

    /// <summary>What to compare on every backbone and pipeline.</summary>
    private sealed record Plan(string[] Heads, string[] Recipes, int Folds, bool LearningCurve, bool FewShot, NotebookOptions Notebook);

    private static HeadComparison Compare(
        FolderReading reading, ParseResult parsed, ClassifierOptions[] variants, Plan plan, CancellationToken cancellation)
    {
        List<ComparisonRow> rows = [];
        IReadOnlyList<LearningPoint>? curve = null;
        List<FewShotRow> fewShot = [];
        TrainingSet? first = null;
        (int[] fold, int near) = ([], 0);
        foreach (ClassifierOptions options in variants)
        {
            ImageFolder images = reading.Read(parsed, options, cancellation);
            (Backbone backbone, FeatureExtractor extractor) = FolderReading.Open(options);
            using (backbone)
            {
                if (variants.Length > 1)
                {
                    Terminal.Progress($"{backbone.Spec.Id}, {options.Pipeline.ToString().ToLowerInvariant()}");
                }

                FolderFeatures folder = reading.Extract(
                    parsed, images, extractor, options.Training.Views, options.Training.Seed, cancellation);
                FolderReading.RequireTarget(folder, options);
                if (first is null)
                {
                    (first, (fold, near)) = (folder.Set, Folds(folder.Set, options, plan.Folds));
                }
                else if (!first.Images.SequenceEqual(folder.Set.Images))
                {
                    throw new InvalidOperationException("The folder changed while it was read.");
                }

                TrainingSettings settings = new(options.Target, backbone.Spec, options.Pipeline, options.Training)
                {
                    Prior = FolderReading.Prior(options),
                };
                CrossValidator validator = new(settings, folder, fold);
                rows.AddRange(Rows(validator, options, plan, extractor, cancellation));
                if (plan.FewShot)
                {
                    fewShot.AddRange(Draws(new(settings, folder.Set, FolderReading.ZeroShot(options)?.Summed), first, cancellation));
                }

                curve ??= plan.LearningCurve ? validator.LearningCurve(LearningSteps, cancellation) : null;
            }
        }

        if (rows.Count == 0)
        {
            throw new UsageException("There is nothing to compare: no backbone given has one of these heads.");
        }

        return new HeadComparison
        {
            Target = variants[0].Target,
            LabelCounts = new SortedDictionary<string, int>(
                first!.Images.CountBy(image => image.Label).ToDictionary(), StringComparer.Ordinal),
            Folds = plan.Folds,
            NearDuplicates = near,
            Rows = rows,
            LearningCurve = curve,
            FewShot = plan.FewShot ? fewShot : null,
        };
    }

    private static IEnumerable<ComparisonRow> Rows(
        CrossValidator validator, ClassifierOptions options, Plan plan, FeatureExtractor extractor, CancellationToken cancellation)
    {
        ZeroShotHeads? zeroShot = FolderReading.ZeroShot(options);
        foreach (string head in plan.Heads)
        {
            switch (head)
            {
                case "summed" or "topk" when zeroShot is null:
                    Terminal.Progress($"{options.Backbone} gives features alone: no head {head}");
                    break;
                case "summed":
                    yield return validator.ZeroShot(
                        string.Create(CultureInfo.InvariantCulture, $"summed at {zeroShot!.Summed.Threshold}"), zeroShot.Summed);
                    break;
                case "topk":
                    yield return validator.ZeroShot($"topk, k {zeroShot!.K}", zeroShot.TopK);
                    break;
                default:
                    foreach (string recipe in plan.Recipes)
                    {
                        yield return recipe == NotebookTraining.Name
                            ? validator.Notebook(extractor, plan.Notebook, new Epochs(), cancellation)
                            : validator.Default(cancellation);
                    }

                    break;
            }
        }
    }

    private static IReadOnlyList<FewShotRow> Draws(FewShot few, TrainingSet set, CancellationToken cancellation)
    {
        try
        {
            return few.Run(CrossValidator.Groups(set), cancellation);
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private static (int[] Fold, int NearDuplicates) Folds(TrainingSet set, ClassifierOptions options, int folds)
    {
        try
        {
            return CrossValidator.Folds(set, options.Target, folds, options.Training.Seed);
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private static Option<string[]> Many(string name, string description, string[] known)
    {
        Option<string[]> option = new(name) { Description = description + "; commas between", HelpName = "A,B" };
        option.Validators.Add(result =>
        {
            foreach (string value in Split(result.Tokens.Select(token => token.Value)))
            {
                if (known.Length > 0 && !known.Contains(value, StringComparer.Ordinal))
                {
                    result.AddError($"{name} takes {string.Join(", ", known)}, not '{value}'.");
                }
            }
        });
        return option;
    }

    private static string[] Values(ParseResult parsed, Option<string[]> option, string[] otherwise) =>
        Split(parsed.GetValue(option) ?? []) is { Length: > 0 } values ? values : otherwise;

    private static string[] Split(IEnumerable<string> values) =>
        [.. values.SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Distinct()];

    private sealed class Epochs : IProgress<NotebookProgress>
    {
        public void Report(NotebookProgress value) => Terminal.Progress(string.Create(CultureInfo.InvariantCulture,
            $"epoch {value.Epoch}/{value.Epochs}, train loss {value.TrainLoss:0.0000}, {value.Remaining.TotalMinutes:0.0} min left in " +
            $"this fold"));
    }
}
