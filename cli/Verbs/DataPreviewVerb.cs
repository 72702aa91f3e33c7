using System.CommandLine;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Settings;

namespace ClockFunctions.Cli.Verbs;

/// <summary><c>clocks data preview DIR -o FILE.png</c>.</summary>
internal static class DataPreviewVerb
{
    private const int MostImages = 200;
    private const int MostViews = 12;

    public static Command Create()
    {
        Argument<DirectoryInfo> folder = DataVerb.Folder();
        Option<FileInfo> output = new("--output", "-o") { Description = "The picture to write", HelpName = "FILE.png", Required = true };
        Option<string?> rule = DataVerb.Rule();
        Option<Pipeline?> pipeline = new("--pipeline")
        {
            Description = "resize, crop or full [default: setting Pipeline, which is resize]",
        };
        Option<int?> count = new("--count") { Description = "Photos to show [default: 24, or 8 with --views]", HelpName = "N" };
        Option<int> views = new("--views") { Description = "Augmented views to show beside each photo [default: 0]", HelpName = "N" };
        Option<int> seed = new("--seed") { Description = "Which photos and views", DefaultValueFactory = _ => 1, HelpName = "N" };
        Command command = new(
            "preview", "Draw what the backbone sees of the photos: pipeline outputs with their labels, or augmented views")
        {
            folder, output, rule, pipeline, count, views, seed,
        };
        command.SetAction(parsed =>
        {
            int shown = parsed.GetValue(views);
            int images = parsed.GetValue(count) ?? (shown > 0 ? 8 : 24);
            if (images is < 1 or > MostImages || shown is < 0 or > MostViews)
            {
                throw new UsageException($"--count must be 1 to {MostImages} and --views 0 to {MostViews}.");
            }

            FileInfo file = parsed.GetRequiredValue(output);
            if (!file.Name.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
            {
                throw new UsageException($"-o must name a .png file, not {file.Name}.");
            }

            ClassifierOptions options = Settings.Options(parsed);
            LabelledFolder labelled = DataVerb.Read(parsed.GetRequiredValue(folder), parsed.GetValue(rule), options.Training);
            (BackboneSpec spec, _) = new BackboneCatalogue(options.BackboneFolder).Resolve(options.Backbone);
            DatasetPreview preview = new(new ImageDecoder(options.Images), spec.Input, parsed.GetValue(pipeline) ?? options.Pipeline);
            (byte[] png, IReadOnlyList<UnreadableFile> unreadable) =
                preview.Render(labelled, images, shown, new AugmentationOptions(), parsed.GetValue(seed));
            foreach (UnreadableFile passed in unreadable)
            {
                Terminal.Progress($"passed over {passed.Path}: {passed.Reason}");
            }

            file.Directory?.Create();
            File.WriteAllBytes(file.FullName, png);
            Console.WriteLine(file.FullName);
        });
        return command;
    }
}
