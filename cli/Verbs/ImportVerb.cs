using System.CommandLine;
using ClockFunctions.Cli.CustomVision;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Storage;

namespace ClockFunctions.Cli.Verbs;

/// <summary><c>clocks import customvision</c>: the tagged images of a Custom Vision project.</summary>
internal static class ImportVerb
{
    private static readonly Option<string> Endpoint = new("--endpoint")
    {
        Description = "The training resource, such as https://NAME.cognitiveservices.azure.com",
        Required = true,
    };

    private static readonly Option<string?> Key = new("--training-key")
    {
        Description = "Its training key; default: environment variable CUSTOMVISION_TRAINING_KEY",
    };

    private static readonly Option<Guid> Project = new("--project") { Description = "Id of the project", Required = true };

    private static readonly Option<string> Output = new("--output", "-o")
    {
        Description = "Folder for the images, one folder a tag; what is there already is not fetched again",
        Required = true,
        HelpName = "DIR",
    };

    private static readonly Option<bool> Push = new("--push")
    {
        Description = "Uploads the folder into the training container afterwards, as clocks push does",
    };

    private static readonly Option<bool> AsJson = new("--json") { Description = "Write JSON for machines" };

    public static Command Create()
    {
        Command customVision = new("customvision", "Copies the tagged images of a project; cut off, it goes on where it stopped")
        {
            Endpoint, Key, Project, Output, Push, Settings.Storage, AsJson,
        };
        customVision.SetAction(ImportAsync);
        return new Command("import", "Brings images from another service") { customVision };
    }

    private static async Task<int> ImportAsync(ParseResult parsed, CancellationToken cancellation)
    {
        string? key = parsed.GetValue(Key) ?? Environment.GetEnvironmentVariable("CUSTOMVISION_TRAINING_KEY");
        if (string.IsNullOrEmpty(key))
        {
            throw new UsageException("A training key is needed: --training-key KEY, or CUSTOMVISION_TRAINING_KEY.");
        }

        if (!Uri.TryCreate(parsed.GetRequiredValue(Endpoint).TrimEnd('/') + '/', UriKind.Absolute, out Uri? endpoint)
            || endpoint.Scheme is not ("https" or "http"))
        {
            throw new UsageException("--endpoint must be an address such as https://NAME.cognitiveservices.azure.com.");
        }

        string folder = parsed.GetRequiredValue(Output);
        using ProjectImages project = new(endpoint, key, parsed.GetRequiredValue(Project), Settings.Options(parsed).Images.MaxBytes);
        ImportResult result = await project.CopyAsync(
            folder, new Copying(done => Terminal.Progress($"{done} images")), cancellation);
        if (parsed.GetValue(AsJson))
        {
            Terminal.WriteJson(new { result.Copied, result.Skipped, result.Problems });
        }
        else
        {
            Console.Out.WriteLine($"Copied {result.Copied} images to {folder}; {result.Skipped} were there already.");
            foreach (FolderProblem problem in result.Problems)
            {
                Console.Out.WriteLine($"Left out: {problem.Path} {problem.Reason}");
            }
        }

        int pushed = parsed.GetValue(Push)
            ? await StorageSession.RunAsync(parsed, session => PushAsync(session, folder, cancellation), cancellation) : Terminal.Success;
        return result.Problems.Count == 0 ? pushed : Terminal.Failure;
    }

    /// <summary>Told in order, and a line a hundred images at most.</summary>
    private sealed class Copying(Action<int> tell) : IProgress<int>
    {
        private const int Step = 100;

        public void Report(int value)
        {
            if (value % Step == 0)
            {
                tell(value);
            }
        }
    }

    private static async Task<int> PushAsync(StorageSession session, string folder, CancellationToken cancellation)
    {
        ImageFolder images = ImageFolder.Read(
            folder, LabelRule.Parse(session.Options.Training.LabelRule), session.Options.Images.MaxBytes, cancellation);
        await session.Get<StorageContainers>().EnsureAsync(cancellation);
        FolderPush push = new(session.Get<TrainingContainer>(), session.Get<TrainingStateBlob>());
        PushResult result = await push.RunAsync(images, FolderPush.DefaultConcurrency, null, cancellation);
        Terminal.Progress($"Uploaded {result.Uploaded} images; {result.Skipped} were there already.");
        return Terminal.Success;
    }
}
