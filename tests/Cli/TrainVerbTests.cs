using System.Diagnostics;
using System.Text.Json;
using ClockFunctions.Core.Heads;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Cli;

/// <summary><c>clocks train</c> as a process, on drawings and a tiny backbone.</summary>
public sealed class TrainVerbTests(TrainVerbTests.Drawings drawings) : IClassFixture<TrainVerbTests.Drawings>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clocks-train-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("default")]
    [InlineData("notebook", "--epochs", "3")]
    public async Task ATrainingWritesWhatTheRegistryHoldsTheSameForTheSameSeed(string recipe, params string[] more)
    {
        CommandLine.Run first = await Train($"{_folder}/a", ["--recipe", recipe, "--seed", "3", "--json", .. more]);
        CommandLine.Run second = await Train($"{_folder}/b", ["--recipe", recipe, "--seed", "3", "--json", .. more]);

        Assert.Equal((0, 0), (first.ExitCode, second.ExitCode));
        Assert.Equal(
            ["head.json", "head.safetensors", "report.html", "report.json"],
                Directory.GetFiles($"{_folder}/a").Select(Path.GetFileName).Order());
        Assert.Equal(recipe, first.Json.GetProperty("recipe").GetString());
        Assert.Equal(3, first.Json.GetProperty("seed").GetInt32());
        Assert.Equal(File.ReadAllBytes($"{_folder}/a/head.safetensors"), File.ReadAllBytes($"{_folder}/b/head.safetensors"));
        (_, HeadManifest manifest) = HeadDirectory.Read($"{_folder}/a");
        Assert.Equal(first.Json.GetProperty("version").GetString(), manifest.Version);
    }

    [Fact]
    public async Task TheNotebooksHistoryHasEveryEpochAndItsLogEveryFifth()
    {
        CommandLine.Run run = await Train(_folder, "--recipe", "notebook", "--epochs", "7");
        JsonElement report = JsonDocument.Parse(File.ReadAllBytes($"{_folder}/report.json")).RootElement;

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            [1, 2, 3, 4, 5, 6, 7], report.GetProperty("history").EnumerateArray().Select(loss => loss.GetProperty("epoch").GetInt32()));
        Assert.All(report.GetProperty("history").EnumerateArray(), loss => Assert.True(loss.GetProperty("validation").GetDouble() > 0));
        Assert.Equal(
            ["epoch   1/7", "epoch   5/7", "epoch   7/7"],
            run.Error.Split('\n').Where(line => line.StartsWith("epoch", StringComparison.Ordinal)).Select(line => line[..11]));
    }

    [Fact]
    public async Task TheReportOfTheDefaultRecipeNamesBothRecipesCosts()
    {
        await Train(_folder);
        JsonElement costs = JsonDocument.Parse(File.ReadAllBytes($"{_folder}/report.json")).RootElement.GetProperty("costs");

        Assert.Equal(
            ["default", "default, features included", "notebook"],
                costs.EnumerateArray().Select(cost => cost.GetProperty("recipe").GetString()));
        Assert.StartsWith("estimated: 100 epochs × ", costs[2].GetProperty("how").GetString());
    }

    [Fact]
    public async Task StoppingTheNotebookKeepsWhatItLearned()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent with kill");
        using Process process = Process.Start(
            new ProcessStartInfo(
                Path.Combine(AppContext.BaseDirectory, "clocks"),
                Arguments(_folder, "--recipe", "notebook", "--epochs", "100000", "--log-interval", "1"))
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        try
        {
            string? line;
            do
            {
                line = await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);
            }
            while (line?.StartsWith("epoch   2/", StringComparison.Ordinal) == false);

            // Not SIGINT: a shell makes what it runs in the background ignore that, and CI may run so.
            using Process kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(TimeSpan.FromMinutes(1));
            string error = await process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);

            Assert.Equal(0, process.ExitCode);
            Assert.Matches(@"stopped in epoch \d+ of 100000; keeping what was learned", error);
            Assert.True(
                int.Parse(
                    HeadDirectory.Read(_folder).Manifest.RecipeOptions["epochsDone"],
                    System.Globalization.CultureInfo.InvariantCulture) >= 2);
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact]
    public async Task UnreadableFilesAreNamedWithTheirReason()
    {
        string copy = Path.Combine(_folder, "photos");
        foreach (string file in Directory.GetFiles(drawings.Folder, "*", SearchOption.AllDirectories))
        {
            string to = Path.Combine(copy, Path.GetRelativePath(drawings.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        File.WriteAllText(Path.Combine(copy, "clock", "notes.txt"), "not an image");
        CommandLine.Run run = await CommandLine.RunAsync(
            [.. Arguments($"{_folder}/model")[..1], copy, .. Arguments($"{_folder}/model")[2..]]);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("left out: clock/notes.txt: ", run.Error);
    }

    [Theory]
    [InlineData("--epochs means nothing to recipe default.", "--epochs", "5")]
    [InlineData("--views means nothing to recipe notebook.", "--recipe", "notebook", "--views", "5")]
    [InlineData("Classifier:Training:ValidationFraction:", "--val-frac", "0.9")]
    [InlineData("notebook:LearningRate:", "--recipe", "notebook", "--lr", "0")]
    [InlineData("Classifier:Training:Aim: must be f1, precision:FLOOR or recall:FLOOR, FLOOR in 0–1.", "--aim", "best")]
    [InlineData("Label rule 'none' must be folder, notebook or regex:PATTERN=LABEL;…;*=LABEL.", "--label-rule", "none")]
    public async Task WrongUseIsSaidInOneLine(string message, params string[] arguments)
    {
        CommandLine.Run run = await Train(_folder, arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith($"clocks: {message}", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task TooFewImagesAreAFailureThatSaysWhatIsMissing()
    {
        CommandLine.Run run = await Train(_folder, "--target", "cat");

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("clocks: Training waits for 1 more of 'cat' to train on.", run.Error, StringComparison.Ordinal);
    }

    private Task<CommandLine.Run> Train(string output, params string[] arguments) => CommandLine.RunAsync(Arguments(output, arguments));

    private string[] Arguments(string output, params string[] arguments) =>
        ["train", drawings.Folder, "-o", output, "--no-cache", "--backbone", TestBackbone.Id, "--set",
            $"BackboneFolder={TestBackbone.Folder}", .. arguments];

    /// <summary>Drawn clocks and other things: only read, so tests share them.</summary>
    public sealed class Drawings : IAsyncLifetime
    {
        public string Folder { get; } = Directory.CreateTempSubdirectory("clocks-drawings-").FullName;

        public async ValueTask InitializeAsync() =>
            Assert.Equal(0, (await CommandLine.RunAsync("data", "sample", "-o", Folder, "--count", "60", "--seed", "1")).ExitCode);

        public ValueTask DisposeAsync()
        {
            Directory.Delete(Folder, recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
