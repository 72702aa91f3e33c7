using System.Text.Json;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Storage;
using ClockFunctions.Tests.Support;
using Microsoft.ML.OnnxRuntime;

namespace ClockFunctions.Tests.Cli;

public sealed class ModelsExportVerbTests(AzuriteFixture azurite) : IDisposable
{
    private static readonly string[] Backbone = ["--set", $"BackboneFolder={TestBackbone.Folder}"];

    private readonly string _folder = Directory.CreateTempSubdirectory("clocks-export-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AFolderIsExportedAndTheFileAnswersAsTheVerbScoreDoes()
    {
        SomeHead.Of(1).Write($"{_folder}/model");

        CommandLine.Run run = await RunAsync("--model", $"{_folder}/model", "-o", $"{_folder}/out/model.onnx", "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("20260101T000001Z-abcdef", run.Json.GetProperty("version").GetString());
        Assert.Equal(0.880797, Probability($"{_folder}/out/model.onnx"), 1e-5); // sigmoid(2), the head's bias
    }

    [Fact]
    public async Task AVersionOfTheStorageIsExportedTheCurrentOneWhenNoneIsNamed()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        StorageContainers containers = new(storage.Client);
        await containers.EnsureAsync(Stop);
        ModelRegistry registry = new(containers, TimeProvider.System);
        foreach (HeadDirectory head in (HeadDirectory[])[SomeHead.Of(1, bias: 1), SomeHead.Of(2, bias: -1)])
        {
            await registry.Versions.WriteAsync(head, "test", Stop);
        }

        await registry.PublishAsync(SomeHead.Of(2).Manifest.Version, null, TestBackbone.Spec, Pipeline.Resize, Stop);
        string[] from = ["--storage", storage.ConnectionString];

        CommandLine.Run current = await RunAsync(["-o", $"{_folder}/current.onnx", .. from]);
        CommandLine.Run older = await RunAsync([SomeHead.Of(1).Manifest.Version, "-o", $"{_folder}/older.onnx", .. from]);
        CommandLine.Run none = await RunAsync(["20200101T000000Z-abcdef", "-o", $"{_folder}/none.onnx", .. from]);

        Assert.Equal((0, 0, 2), (current.ExitCode, older.ExitCode, none.ExitCode));
        Assert.Equal(1 / (1 + Math.E), Probability($"{_folder}/current.onnx"), 1e-5);
        Assert.Equal(1 / (1 + Math.Exp(-1)), Probability($"{_folder}/older.onnx"), 1e-5);
        Assert.Contains("There is no version 20200101T000000Z-abcdef", none.Error);
        Assert.False(File.Exists($"{_folder}/none.onnx"));
    }

    [Fact]
    public async Task TheHeadAloneIsATableOrJson()
    {
        SomeHead.Of(1).Write($"{_folder}/model");

        CommandLine.Run csv = await RunAsync("--model", $"{_folder}/model", "--coefficients", "-o", $"{_folder}/head.csv");
        CommandLine.Run json = await RunAsync("--model", $"{_folder}/model", "--coefficients", "-o", $"{_folder}/head.json");

        Assert.Equal((0, 0), (csv.ExitCode, json.ExitCode));
        string[] lines = await File.ReadAllLinesAsync($"{_folder}/head.csv", Stop);
        Assert.Equal(["feature,weight", "bias,2", "tiny[0],0"], lines[..3]);
        Assert.Equal(2 + TestBackbone.Spec.FeatureWidth, lines.Length);
        JsonElement head = JsonDocument.Parse(await File.ReadAllBytesAsync($"{_folder}/head.json", Stop)).RootElement;
        Assert.Equal(2, head.GetProperty("bias").GetDouble());
        Assert.Equal(TestBackbone.Spec.FeatureWidth, head.GetProperty("weights").GetArrayLength());
        Assert.Equal("tiny[0]", head.GetProperty("weights")[0].GetProperty("feature").GetString());
    }

    [Theory]
    [InlineData("-o names an .onnx file, not model.bin.", "--model", "M", "-o", "model.bin")]
    [InlineData("With --coefficients -o names a .json or .csv file, not model.onnx.", "--model", "M", "--coefficients", "-o", "model.onnx")]
    [InlineData("--model names a folder: give no VERSION", "20260101T000001Z-abcdef", "--model", "M", "-o", "model.onnx")]
    [InlineData("Option '--output' is required.", "--model", "M")]
    public async Task WrongUseIsExplained(string message, params string[] arguments)
    {
        CommandLine.Run run = await RunAsync(arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error);
    }

    [Fact]
    public async Task AHeadOfAnotherBackboneIsNotExported()
    {
        SomeHead.Of(1, change: manifest => manifest with { BackboneSha256 = Some.Hash("other") }).Write($"{_folder}/model");

        CommandLine.Run run = await RunAsync("--model", $"{_folder}/model", "-o", $"{_folder}/model.onnx");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("was trained on backbone tiny", run.Error);
        Assert.False(File.Exists($"{_folder}/model.onnx"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Task<CommandLine.Run> RunAsync(params string[] arguments) =>
        CommandLine.RunAsync(["models", "export", .. arguments, .. Backbone]);

    /// <summary>What the file says about a grey image.</summary>
    private static double Probability(string file)
    {
        using InferenceSession session = new(file);
        int[] shape = session.InputMetadata["pixels"].Dimensions;
        float[] grey = new float[shape[1] * shape[2] * 3];
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(grey, [1, shape[1], shape[2], 3]);
        using RunOptions run = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, ["pixels"], [input], ["probability"]);
        return outputs[0].GetTensorDataAsSpan<float>()[0];
    }
}
