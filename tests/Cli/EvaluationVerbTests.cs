using System.Collections.Concurrent;
using System.Text.Json;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Cli;

/// <summary><c>analyze</c>, <c>evaluate</c> and <c>compare</c> as processes, on drawings and a tiny backbone.</summary>
public sealed class EvaluationVerbTests : IDisposable
{
    /// <summary>Drawings are only read, so tests share them.</summary>
    private static readonly ConcurrentDictionary<int, Lazy<Task<string>>> Sets = [];

    private readonly string _folder = Directory.CreateTempSubdirectory("clocks-evaluation-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task AZeroShotHeadIsAnalysed()
    {
        string drawings = await Drawings(24);
        CommandLine.Run run = await Run(
            "analyze", drawings, "--classes", "409,wall clock", "--threshold", "0.002", "--sweep", "--json", "-o", $"{_folder}/out");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("summed", run.Json.GetProperty("head").GetString());
        Assert.Equal(
            ["409 analog clock", "892 wall clock"],
                run.Json.GetProperty("classes").EnumerateArray().Select(one => $"{one.GetProperty("id")} {one.GetProperty("name")}"));
        Assert.Equal(24, run.Json.GetProperty("metrics").GetProperty("count").GetInt32());
        Assert.Contains(run.Json.GetProperty("sweep").EnumerateArray(), point => point.GetProperty("value").GetDouble() == 0.002
            && JsonElement.DeepEquals(point.GetProperty("confusion"), run.Json.GetProperty("metrics").GetProperty("confusion")));
        Assert.Equal(["analysis.json", "sweep.svg"], Directory.EnumerateFiles($"{_folder}/out").Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task EveryImageHasATargetClassAmongAllThousand()
    {
        CommandLine.Run run = await Run("analyze", await Drawings(12), "--head", "topk", "--k", "1000");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(
            "classes: 409 analog clock, 530 digital clock, 531 digital watch, 826 stopwatch, 892 wall clock", run.Output,
            StringComparison.Ordinal);
        Assert.Contains(
            "really clock                4             0\nreally other                8             0\n", run.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATrainedHeadIsMeasuredAndSaysWhatItHasSeen()
    {
        string drawings = await Drawings(60);
        CommandLine.Run train = await Run("train", drawings, "-o", $"{_folder}/model", "--json");
        CommandLine.Run all = await Run("evaluate", drawings, "--model", $"{_folder}/model", "--json", "-o", $"{_folder}/report");
        CommandLine.Run unseen = await Run("evaluate", drawings, "--model", $"{_folder}/model", "--unseen", "--json");
        CommandLine.Run aimed = await Run("evaluate", drawings, "--model", $"{_folder}/model", "--aim", "recall:1", "--json");

        Assert.Equal((0, 0, 0, 0), (train.ExitCode, all.ExitCode, unseen.ExitCode, aimed.ExitCode));
        int held = train.Json.GetProperty("metrics").GetProperty("count").GetInt32();
        Assert.Equal((60 - held, held), Overlap(all));
        Assert.Equal((0, held), Overlap(unseen));

        // What the training measured on its held-out images, an evaluation of them finds again.
        Assert.True(JsonElement.DeepEquals(train.Json.GetProperty("metrics"), unseen.Json.GetProperty("metrics")));
        Assert.Equal(1, aimed.Json.GetProperty("metrics").GetProperty("recall").GetProperty("value").GetDouble());
        Assert.Equal("recall ≥ 1 on these very images", aimed.Json.GetProperty("thresholdChoice").GetString());

        Assert.Equal(
            ["histogram.svg", "precision-recall.svg", "reliability.svg", "report.html", "report.json", "roc.svg", "sweep.svg",
                "uncertain.png"],
            Directory.EnumerateFiles($"{_folder}/report").Select(Path.GetFileName).Where(name => name != "mistakes.png")
                .Order(StringComparer.Ordinal));
        Assert.Contains(
            "data:image/jpeg;base64,",
            await File.ReadAllTextAsync($"{_folder}/model/{HeadDirectory.PageName}", TestContext.Current.CancellationToken));
        Assert.Contains(
            "Beware: it was trained on",
            await File.ReadAllTextAsync($"{_folder}/report/report.html", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ATargetThatIsGivenCountsThoughItIsTheDefault()
    {
        string drawings = await Drawings(60);
        await Run("train", drawings, "--target", "other", "-o", $"{_folder}/model");

        CommandLine.Run own = await Run("evaluate", drawings, "--model", $"{_folder}/model", "--json");
        CommandLine.Run option = await Run("evaluate", drawings, "--model", $"{_folder}/model", "--target", "clock", "--json");
        CommandLine.Run setting = await Run("evaluate", drawings, "--model", $"{_folder}/model", "--set", "Target=clock", "--json");

        Assert.Equal((40, 20, 20), (Positives(own), Positives(option), Positives(setting)));

        static int Positives(CommandLine.Run run) => run.Json.GetProperty("metrics").GetProperty("positives").GetInt32();
    }

    [Fact]
    public async Task HeadsAreComparedInOneTable()
    {
        string drawings = await Drawings(60);
        CommandLine.Run run = await Run(
            "compare", drawings, "--folds", "3", "--pipelines", "resize,crop", "--recipes", "default,notebook", "--epochs", "2",
            "--learning-curve", "--json", "-o", $"{_folder}/out");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            ["resize summed at 0.007", "resize topk, k 5", "resize learned, recipe default", "resize learned, recipe notebook, 2 epochs",
             "crop summed at 0.007", "crop topk, k 5", "crop learned, recipe default", "crop learned, recipe notebook, 2 epochs"],
            run.Json.GetProperty("rows").EnumerateArray().Select(row => $"{row.GetProperty("pipeline")} {row.GetProperty("head")}"));
        Assert.Equal(5, run.Json.GetProperty("learningCurve")[0].GetProperty("positives").GetInt32());
        Assert.True(File.Exists($"{_folder}/out/learning-curve.svg") && File.Exists($"{_folder}/out/comparison.json"));
        Assert.Equal(
            ["reliability-tiny-crop.svg", "reliability-tiny-resize.svg"],
            Directory.GetFiles($"{_folder}/out", "reliability-*").Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task FewLabelledImagesAreATableAndAPlot()
    {
        string drawings = await Drawings(24);
        // The shipped backbone: the tiny one finds half of the drawings nearly the same.
        CommandLine.Run run = await CommandLine.RunAsync(
            "compare", drawings, "--heads", "summed", "--few-shot", "--no-cache", "-o", $"{_folder}/out");

        Assert.True(run.ExitCode == 0, run.Error);
        using JsonDocument written = JsonDocument.Parse(File.ReadAllText($"{_folder}/out/comparison.json"));
        JsonElement[] rows = [.. written.RootElement.GetProperty("fewShot").EnumerateArray()];
        Assert.Equal(["3", "5", ""], rows.Select(row => row.TryGetProperty("drawn", out JsonElement drawn) ? $"{drawn}" : ""));
        Assert.All(rows, row => Assert.InRange(row.GetProperty("learned").GetProperty("rocAuc").GetProperty("mean").GetDouble(), 0, 1));
        Assert.Contains("prior left out", File.ReadAllText($"{_folder}/out/few-shot-clocknet-s-resize.svg"));
        Assert.Contains("clocknet-s, resize: 3 clock, 12 other", run.Output);
        Assert.Contains("learned, not told what the network knows", run.Output);
    }

    [Fact]
    public async Task RealPhotosGiveTheFiguresThatAnIndependentComputationGave()
    {
        string photos = SharedData.ClockVsOther;
        new BackboneCatalogue(_folder).Import(
            SharedData.MobileNet, new() { Id = "mobilenet-v2", Normalisation = InputNormalisation.TensorFlow });
        JsonElement metrics = (await CommandLine.RunAsync(
            "analyze", photos, "--head", "summed", "--threshold", "0.007", "--pipeline", "resize", "--json", "--no-cache",
            "--backbone", "mobilenet-v2", "--set", $"BackboneFolder={_folder}")).Json.GetProperty("metrics");

        // Computed in Python with another resize filter and decoder: 0.914, 0.623, 0.970, 0.989. A few images change sides.
        Assert.InRange(Value(metrics, "accuracy"), 0.90, 0.93);
        Assert.InRange(Value(metrics, "precision"), 0.59, 0.66);
        Assert.InRange(Value(metrics, "recall"), 0.95, 0.99);
        Assert.InRange(Value(metrics, "rocAuc"), 0.985, 0.996);
    }

    [Theory]
    [InlineData(
        "'clock' is no ImageNet class: give an id (0-999) or a name. Near it: analog clock (409), digital clock (530), wall clock (892).",
        "analyze", "DIR", "--classes", "clock")]
    [InlineData("Head summed has no --k: give --threshold.", "analyze", "DIR", "--k", "5")]
    [InlineData("ZeroShot:K: The field K must be between 1 and 1000.", "analyze", "DIR", "--head", "topk", "--k", "0")]
    [InlineData(
        "No image in DIR has the label 'cat' by the rule folder; labels there: clock, other. See --target and --label-rule.", "analyze",
        "DIR", "--target", "cat")]
    [InlineData("There is no folder DIR/none.", "compare", "DIR/none")]
    [InlineData("--folds must be 2 to 20.", "compare", "DIR", "--folds", "1")]
    [InlineData("5 folds need as many different images of the target and of others; there are ", "compare", "DIR")]
    [InlineData("Give --threshold or --aim, not both.", "evaluate", "DIR", "--model", "none", "--threshold", "0.5", "--aim", "f1")]
    [InlineData(
        "'best' is no aim: it must be f1, precision:FLOOR or recall:FLOOR, FLOOR in 0–1.", "evaluate", "DIR", "--model", "none", "--aim",
        "best")]
    public async Task WrongUseIsSaidInOneLine(string message, params string[] arguments)
    {
        string drawings = await Drawings(12);
        CommandLine.Run run = await Run([.. arguments.Select(argument => argument.Replace("DIR", drawings, StringComparison.Ordinal))]);

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith($"clocks: {message.Replace("DIR", drawings, StringComparison.Ordinal)}", run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Output);
    }

    [Fact]
    public async Task AFolderWithoutAHeadIsAFailure()
    {
        CommandLine.Run run = await Run("evaluate", await Drawings(12), "--model", _folder);

        Assert.Equal(
            (1, $"clocks: {_folder} holds no trained head: head.json and head.safetensors are needed. head.json is not there.\n"),
            (run.ExitCode, run.Error));
    }

    private static Task<string> Drawings(int count) => Sets.GetOrAdd(count, _ => new Lazy<Task<string>>(async () =>
    {
        string folder = Directory.CreateTempSubdirectory("clocks-drawings-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        Assert.Equal(0, (await CommandLine.RunAsync("data", "sample", "-o", folder, "--count", $"{count}", "--seed", "1")).ExitCode);
        return folder;
    })).Value;

    private static Task<CommandLine.Run> Run(params string[] arguments) =>
        CommandLine.RunAsync([.. arguments, "--no-cache", "--backbone", TestBackbone.Id, "--set", $"BackboneFolder={TestBackbone.Folder}"]);

    private static (int, int) Overlap(CommandLine.Run run) => (
        run.Json.GetProperty("subject").GetProperty("trainedOn").GetInt32(),
        run.Json.GetProperty("subject").GetProperty("validatedOn").GetInt32());

    private static double Value(JsonElement metrics, string name) => metrics.GetProperty(name).GetProperty("value").GetDouble();
}
