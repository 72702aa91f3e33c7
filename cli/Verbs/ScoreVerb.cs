using System.CommandLine;
using System.Globalization;
using ClockFunctions.Cli.Scoring;
using ClockFunctions.Core.Serving;

namespace ClockFunctions.Cli.Verbs;

/// <summary><c>clocks score</c>: scores files and folders, without any server.</summary>
public static class ScoreVerb
{
    private static readonly Argument<string[]> Paths = new("PATH")
    {
        Description = "Images, and folders of images",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string?> Model = new("--model")
    {
        Description = "A folder that `clocks train -o` wrote; without it and without --storage the zero-shot head scores",
        HelpName = "MODELDIR",
    };

    private static readonly Option<string?> Head = new Option<string?>("--head")
    {
        Description = "Which head answers; default: the learned one if there is one, else summed",
    }.AcceptOnlyFromAmong("learned", "summed", "topk");

    private static readonly Option<double?> Threshold = new("--threshold")
    {
        Description = "Probability (0-1) at or above which an image is the target; default: the head's own",
    };

    private static readonly Option<string?> Explain = new("--explain")
    {
        Description = "Writes a picture for every image that shows what the learned head looked at",
        HelpName = "DIR",
    };

    private static readonly Option<bool> AsCsv = new("--csv") { Description = "Comma-separated values with a header" };

    private static readonly Option<bool> AsJson = new("--json")
    {
        Description = "One JSON object a line, as /api/score answers, with the file's path",
    };

    public static Command Create()
    {
        Command verb = new("score", "Scores images with a model folder, the current model of a storage (--storage), or zero-shot")
        {
            Paths, Model, Settings.Storage, Head, Threshold, Explain, AsCsv, AsJson,
        };
        verb.SetAction(RunAsync);
        return verb;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        bool fromStorage = parsed.GetValue(Settings.Storage) is not null;
        string? folder = parsed.GetValue(Model);
        string? explain = parsed.GetValue(Explain);
        double? threshold = parsed.GetValue(Threshold);
        if (folder is not null && fromStorage)
        {
            throw new UsageException("--model and --storage both name a model: give one of them.");
        }

        if (threshold is not (null or (>= 0 and <= 1)))
        {
            throw new UsageException(
                string.Create(CultureInfo.InvariantCulture, $"--threshold must be a number from 0 to 1, not {threshold}."));
        }

        IReadOnlyList<ImageFile> files = ImageFile.Find(parsed.GetValue(Paths)!);
        ScoreOptions asked = new() { Head = Kind(parsed.GetValue(Head)), Threshold = threshold, Explain = explain is not null };
        ScorerSetup setup = await ScorerSetup.CreateAsync(parsed, folder, fromStorage, files.Count, cancellation);
        if (setup.Scorer.Refusal(setup.Model, asked) is { } refusal)
        {
            throw new UsageException(refusal);
        }

        ScoreOutput output = new(
            parsed.GetValue(AsJson) ? ScoreFormat.Json : parsed.GetValue(AsCsv) ? ScoreFormat.Csv : ScoreFormat.Text, setup.Options.Target);
        await foreach (FileScore score in new BatchScorer(setup, asked).ScoreAsync(files, cancellation))
        {
            output.Write(score);
            if (score.Result?.Overlay is { } overlay)
            {
                string picture = Path.Combine(explain!, score.File.Name + ".png");
                Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(picture))!);
                await File.WriteAllBytesAsync(picture, overlay, cancellation);
            }
        }

        output.Summarise();
        return output.Unusable == 0 ? Terminal.Success : Terminal.Failure;
    }

    private static HeadKind? Kind(string? head) => head switch
    {
        "learned" => HeadKind.Learned,
        "summed" => HeadKind.Summed,
        "topk" => HeadKind.TopK,
        _ => null,
    };
}
