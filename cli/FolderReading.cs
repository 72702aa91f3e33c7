using System.CommandLine;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Reports;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Training;
using ClockFunctions.Core.Training.Features;
using ClockFunctions.Core.Training.Folders;

namespace ClockFunctions.Cli;

/// <summary>What the verbs share that work on a folder of labelled images: its options, and its features.</summary>
public sealed class FolderReading
{
    /// <summary>Problems shown one by one; the rest is counted.</summary>
    private const int MostProblems = 10;

    private readonly Argument<string> _folder = new("DIR")
    {
        Description = "Labelled images: a folder a label, or flat files with --label-rule",
    };
    private readonly Option<string?> _labelRule = new("--label-rule")
    {
        Description =
            "How a file gets its label: folder, notebook (a name with _ is other, without is clock), or regex:PATTERN=LABEL;…;*=LABEL " +
                "on the file name",
        HelpName = "RULE",
    };
    private readonly Option<string?> _target = new("--target") { Description = "The label to tell from all others", HelpName = "LABEL" };
    private readonly Option<string?> _pipeline = new("--pipeline")
    {
        Description = "How an image becomes the backbone's input: resize, crop or full",
    };
    private readonly Option<bool> _noCache = new("--no-cache")
    {
        Description = "Compute all features anew, and keep none in .clocks/features",
    };

    public FolderReading() => _pipeline.AcceptOnlyFromAmong("resize", "crop", "full");

    public void AddTo(Command command)
    {
        command.Arguments.Add(_folder);
        foreach (Option option in new Option[] { _labelRule, _target, _pipeline, _noCache })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The settings with the folder's options on top.</summary>
    /// <exception cref="UsageException">One of them is not usable.</exception>
    public ClassifierOptions Options(ParseResult parsed) => WithFolderOptions(parsed, Settings.Options(parsed));

    /// <summary>The settings for a trained model: its own, with what was given explicitly on top.</summary>
    /// <exception cref="UsageException">One of them is not usable.</exception>
    public ClassifierOptions OptionsFor(ParseResult parsed, HeadManifest manifest) =>
        WithFolderOptions(parsed, ModelSettings.For(manifest, Settings.Options(parsed), Settings.Configuration(parsed)));

    /// <summary>Lists the folder.</summary>
    /// <exception cref="UsageException">There is no such folder, or the label rule is none.</exception>
    public ImageFolder Read(ParseResult parsed, ClassifierOptions options, CancellationToken cancellation)
    {
        try
        {
            return ImageFolder.Read(
                parsed.GetRequiredValue(_folder), LabelRule.Parse(options.Training.LabelRule), options.Images.MaxBytes, cancellation);
        }
        catch (Exception e) when (e is FormatException or DirectoryNotFoundException)
        {
            throw new UsageException(e.Message);
        }
    }

    /// <summary>Opens the backbone for many images at a time: one thread a run.</summary>
    public static (Backbone Backbone, FeatureExtractor Extractor) Open(ClassifierOptions options)
    {
        (BackboneSpec spec, string file) = new BackboneCatalogue(options.BackboneFolder).Resolve(options.Backbone);
        Backbone backbone = Backbone.Load(spec, file, new BackboneOptions { IntraOpThreads = 1 });
        return (backbone, new FeatureExtractor(new ImageDecoder(options.Images), new Preprocessor(spec.Input, options.Pipeline), backbone));
    }

    /// <summary>
    /// Computes the features of a folder, or finds them in the cache; says on standard error how far it is and what it left out.
    /// </summary>
    public FolderFeatures Extract(
        ParseResult parsed, ImageFolder folder, FeatureExtractor extractor, int views, int seed, CancellationToken cancellation)
    {
        RowExtractor rows = new(extractor, HeadTraining.Augmentation, views, seed);
        FolderFeatureCache? cache = parsed.GetValue(_noCache) ? null
            : new FolderFeatureCache(FolderFeatureCache.DefaultRoot, extractor.Backbone.Spec.Id, rows.Key);
        Progress progress = new(done => Terminal.Progress($"features: {done} of {folder.Images.Count} images"));
        FolderFeatures features = FolderFeatures.Extract(folder, rows, cache, progress, cancellation);
        IReadOnlyList<FolderProblem> problems = features.Folder.Problems;
        foreach (FolderProblem problem in problems.Take(MostProblems))
        {
            Terminal.Progress($"left out: {problem.Path}: {problem.Reason}");
        }

        if (problems.Count > MostProblems)
        {
            Terminal.Progress($"left out: {problems.Count - MostProblems} more; `clocks data summary` lists them all");
        }

        return features;
    }

    /// <summary>Reads the folder and its features, for a verb that measures.</summary>
    /// <exception cref="UsageException">There is no usable image in it, or none of the target.</exception>
    public (BackboneSpec Backbone, FolderFeatures Features) Features(
        ParseResult parsed, ClassifierOptions options, int views, CancellationToken cancellation)
    {
        ImageFolder folder = Read(parsed, options, cancellation);
        (Backbone backbone, FeatureExtractor extractor) = Open(options);
        using (backbone)
        {
            FolderFeatures features = Extract(parsed, folder, extractor, views, options.Training.Seed, cancellation);
            RequireTarget(features, options);
            return (backbone.Spec, features);
        }
    }

    /// <exception cref="UsageException">No image of the folder is of the target.</exception>
    public static void RequireTarget(FolderFeatures features, ClassifierOptions options)
    {
        string[] labels = [.. features.Set.Images.Select(image => image.Label).Distinct()];
        if (!labels.Contains(options.Target, StringComparer.Ordinal))
        {
            throw new UsageException(
                $"No image in {features.Folder.Root} has the label '{options.Target}' by the rule {options.Training.LabelRule}; " +
                $"labels there: {(labels.Length == 0 ? "none" : string.Join(", ", labels.Take(8)))}. See --target and --label-rule.");
        }
    }

    /// <summary>The heads that need no training; null on a backbone that gives features alone.</summary>
    /// <exception cref="UsageException">One of the target's classes is no class.</exception>
    public static ZeroShotHeads? ZeroShot(ClassifierOptions options)
    {
        try
        {
            return ZeroShotHeads.Of(options, new BackboneCatalogue(options.BackboneFolder).Resolve(options.Backbone).Spec);
        }
        catch (FormatException e)
        {
            throw new UsageException(e.Message);
        }
    }

    /// <summary>What the network of the settings knows about the target; null where it has no classes that could say.</summary>
    /// <exception cref="UsageException">One of the target's classes is no class.</exception>
    public static NetworkPrior? Prior(ClassifierOptions options)
    {
        (BackboneSpec spec, string file) = new BackboneCatalogue(options.BackboneFolder).Resolve(options.Backbone);
        return ZeroShot(options) is { } zeroShot ? NetworkPrior.Read(spec, file, zeroShot.Classes) : null;
    }

    /// <summary>Thumbnails of a report's pictures; a file that is gone meanwhile has none.</summary>
    public static Dictionary<string, byte[]> Thumbnails(TrainingReport report, ImageFolder folder, ClassifierOptions options)
    {
        Dictionary<string, string> files = folder.Images.ToDictionary(
            image => $"{image.Image.Label}/{image.Image.Name}", image => image.File);
        return ReportPictures.Thumbnails(
            report,
            new ImageDecoder(options.Images),
            picture => files.TryGetValue(TrainingReport.Key(picture), out string? file) && File.Exists(file)
                ? File.ReadAllBytes(file) : null);
    }

    private ClassifierOptions WithFolderOptions(ParseResult parsed, ClassifierOptions options) => options with
    {
        Target = parsed.GetValue(_target) ?? options.Target,
        Pipeline = parsed.GetValue(_pipeline) is { } pipeline ? Enum.Parse<Pipeline>(pipeline, ignoreCase: true) : options.Pipeline,
        Training = options.Training with { LabelRule = parsed.GetValue(_labelRule) ?? options.Training.LabelRule },
    };

    /// <summary>Reports at once and in order, which <see cref="Progress{T}"/> does not.</summary>
    private sealed class Progress(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
