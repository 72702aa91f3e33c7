using System.CommandLine;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Training.Notebook;

namespace ClockFunctions.Cli;

/// <summary>The options of <c>train</c> that say how: those of both recipes, and those of one.</summary>
internal sealed class TrainingArguments
{
    private const string DefaultRecipe = "default";

    private readonly Option<string> _recipe = new("--recipe")
    {
        Description =
            "default: the best in seconds, on cached views; notebook: the case study's, new views through the backbone every epoch",
        DefaultValueFactory = _ => DefaultRecipe,
    };

    private readonly Option<int?> _seed = new("--seed") { Description = "Seed of everything random [default: setting Training:Seed, 1]" };
    private readonly Option<double?> _fraction = new("--val-frac")
    {
        Description = "Share of images held out [default: setting Training:ValidationFraction, 0.3]",
    };
    private readonly Option<string?> _aim = new("--aim")
    {
        Description =
            "What the threshold is for: f1, precision:FLOOR or recall:FLOOR [default: setting Training:Aim, f1; notebook: the fixed " +
                "threshold 0.5]",
    };
    private readonly Option<int?> _views = new("--views")
    {
        Description = "default: views of an image, the clean one included [default: setting Training:Views, 3]",
    };
    private readonly Option<int?> _epochs = new("--epochs") { Description = "notebook: epochs [default: 100]" };
    private readonly Option<double?> _rate = new("--lr") { Description = "notebook: Adam's step size [default: 0.001]" };
    private readonly Option<double?> _decay = new("--weight-decay") { Description = "notebook: Adam's L2 penalty [default: 0.2]" };
    private readonly Option<int?> _batch = new("--batch-size") { Description = "notebook: views a step [default: 32]" };
    private readonly Option<int?> _interval = new("--log-interval")
    {
        Description = "notebook: epochs between two lines of progress [default: 5]",
    };

    public TrainingArguments() => _recipe.AcceptOnlyFromAmong(DefaultRecipe, NotebookTraining.Name);

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _recipe, _seed, _fraction, _aim, _views, _epochs, _rate, _decay, _batch, _interval })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The settings with these options on top; and those of the notebook's recipe, if that is asked for.</summary>
    /// <exception cref="UsageException">A value is out of its range, or means nothing to the recipe.</exception>
    public (ClassifierOptions Options, NotebookOptions? Notebook) Read(ParseResult parsed, ClassifierOptions options)
    {
        bool isNotebook = parsed.GetValue(_recipe) == NotebookTraining.Name;
        RefuseOthers(parsed, isNotebook ? [_views] : [_epochs, _rate, _decay, _batch, _interval]);
        options = options with
        {
            Training = options.Training with
            {
                Seed = parsed.GetValue(_seed) ?? options.Training.Seed,
                ValidationFraction = parsed.GetValue(_fraction) ?? options.Training.ValidationFraction,
                Aim = parsed.GetValue(_aim) ?? options.Training.Aim,
                Views = isNotebook ? 1 : parsed.GetValue(_views) ?? options.Training.Views, // it makes new views each epoch
            },
        };
        NotebookOptions? notebook = isNotebook ? Notebook(parsed, options) : null;
        string[] errors = [
            .. OptionsValidation.Errors(options, ClassifierOptions.Section),
            .. notebook is null ? [] : OptionsValidation.Errors(notebook, NotebookTraining.Name)];
        return errors.Length == 0 ? (options, notebook) : throw new UsageException(string.Join(Environment.NewLine + "clocks: ", errors));
    }

    private NotebookOptions Notebook(ParseResult parsed, ClassifierOptions options)
    {
        NotebookOptions defaults = new();
        return defaults with
        {
            Epochs = parsed.GetValue(_epochs) ?? defaults.Epochs,
            LearningRate = parsed.GetValue(_rate) ?? defaults.LearningRate,
            WeightDecay = parsed.GetValue(_decay) ?? defaults.WeightDecay,
            BatchSize = parsed.GetValue(_batch) ?? defaults.BatchSize,
            LogInterval = parsed.GetValue(_interval) ?? defaults.LogInterval,
            ValidationFraction = options.Training.ValidationFraction,
            Seed = options.Training.Seed,
            Aim = parsed.GetValue(_aim),
        };
    }

    /// <summary>An option that the recipe does not look at would be a silent disappointment.</summary>
    private void RefuseOthers(ParseResult parsed, Option[] others)
    {
        if (others.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } other)
        {
            throw new UsageException($"{other.Name} means nothing to recipe {parsed.GetValue(_recipe)}.");
        }
    }
}
