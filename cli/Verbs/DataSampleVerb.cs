using System.CommandLine;
using ClockFunctions.Samples;

namespace ClockFunctions.Cli.Verbs;

/// <summary><c>clocks data sample -o DIR</c>.</summary>
internal static class DataSampleVerb
{
    private const int MostPictures = 100_000;

    public static Command Create()
    {
        Option<DirectoryInfo> output = new("--output", "-o")
        {
            Description = "The folder to write clock/ and other/ into; it must be empty or not there yet",
            HelpName = "DIR",
            Required = true,
        };
        Option<int> count = new("--count")
        {
            Description = "Pictures, a third of them clocks",
            DefaultValueFactory = _ => 240,
            HelpName = "N",
        };
        Option<int> seed = new("--seed")
        {
            Description = "Which pictures: the same seed draws the same ones",
            DefaultValueFactory = _ => 1,
            HelpName = "N",
        };
        Option<bool> json = new("--json") { Description = "Write JSON for machines" };
        Command command = new(
            "sample", "Draw labelled pictures of clocks and look-alikes, to try things with (drawings: for real photos train on photos)")
        {
            output, count, seed, json,
        };
        command.SetAction((parsed, cancellation) =>
        {
            DirectoryInfo folder = parsed.GetRequiredValue(output);
            int pictures = parsed.GetValue(count);
            if (pictures is < 6 or > MostPictures)
            {
                throw new UsageException($"--count must be 6 to {MostPictures}.");
            }

            if (folder.Exists && folder.EnumerateFileSystemInfos().Any())
            {
                throw new UsageException($"{folder.FullName} is not empty.");
            }

            Dictionary<string, int> written = [];
            foreach (SamplePicture picture in SampleSet.Render(pictures, parsed.GetValue(seed)))
            {
                cancellation.ThrowIfCancellationRequested();
                DirectoryInfo label = folder.CreateSubdirectory(picture.Label);
                File.WriteAllBytes(Path.Combine(label.FullName, picture.Name), picture.Jpeg);
                written[picture.Label] = written.GetValueOrDefault(picture.Label) + 1;
            }

            if (parsed.GetValue(json))
            {
                Terminal.WriteJson(new { Folder = folder.FullName, Labels = written });
            }
            else
            {
                Console.WriteLine($"{folder.FullName}: {string.Join(", ", written.Select(label => $"{label.Value} {label.Key}"))}");
                Console.WriteLine(
                    "These are drawings, to try the journey with. A model trained on them knows drawings: train on photos for photos.");
            }

            return Task.FromResult(Terminal.Success);
        });
        return command;
    }
}
