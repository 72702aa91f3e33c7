using System.Text.Json;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Cli;

public sealed class BackboneVerbTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clocks-").FullName;

    [Fact]
    public async Task AModelIsImportedListedVerifiedAndRefusedWhenDamaged()
    {
        string model = Path.Combine(_folder, "My.onnx");
        await File.WriteAllBytesAsync(model, new OnnxClassifier().Build(), TestContext.Current.CancellationToken);

        CommandResult import = await RunAsync(
            "import", model, "--preset", "tf", "--std", "0.5", "--bgr", "--size", "64", "--licence", "MIT", "--json");
        Assert.Equal((0, ""), (import.ExitCode, import.Error));
        JsonElement spec = JsonDocument.Parse(import.Output).RootElement;
        JsonElement input = spec.GetProperty("input");
        Assert.Equal("my", spec.GetProperty("id").GetString());
        Assert.Equal("bgr", input.GetProperty("colorOrder").GetString());
        Assert.Equal([0.5, 0.5, 0.5], input.GetProperty("std").EnumerateArray().Select(value => value.GetDouble()));
        Assert.Equal([1, 1, 1], input.GetProperty("mean").EnumerateArray().Select(value => value.GetDouble()));
        Assert.Equal((64, "MIT"), (input.GetProperty("width").GetInt32(), spec.GetProperty("licence").GetString()));

        CommandResult list = await RunAsync("list", "--json");
        JsonElement listed = Assert.Single(
            JsonDocument.Parse(list.Output).RootElement.EnumerateArray(), line => line.GetProperty("id").GetString() == "my");
        Assert.Equal("installed", listed.GetProperty("state").GetString());

        CommandResult verify = await RunAsync("verify", "my");
        Assert.Equal((0, $"my  ok  {spec.GetProperty("sha256").GetString()}"), (verify.ExitCode, verify.Output.Trim()));

        await File.AppendAllTextAsync(
            Path.Combine(_folder, spec.GetProperty("file").GetString()!), "x", TestContext.Current.CancellationToken);
        CommandResult damaged = await RunAsync("verify", "my");
        Assert.Equal(1, damaged.ExitCode);
        Assert.StartsWith("my  ! The model of backbone 'my' is damaged: ", damaged.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APullShowsItsProgressAndWhatWentWrong()
    {
        await using FickleServer server = new(new byte[100_000], Answering.Well);

        CommandResult pull = await RunAsync("pull", "squeezenet", "--from", server.Url.ToString());

        Assert.Equal((1, ""), (pull.ExitCode, pull.Output));
        Assert.Equal(
            $"clocks: {server.Url} is not the file that was expected: it has 100000 bytes, not 4956208. Nothing was kept.",
            pull.Error.Trim());
    }

    [Theory]
    [InlineData(1, "There is no known backbone 'resnet'. Known: ", "pull", "resnet")]
    [InlineData(2, "There is no file nowhere.onnx.", "pull", "squeezenet", "--from", "nowhere.onnx")]
    [InlineData(2, "--stall must be more than 0 and at most 3600 seconds.", "pull", "squeezenet", "--stall", "0")]
    [InlineData(2, "There is no file ", "import", "nowhere.onnx")]
    [InlineData(2, "Required argument 'FILE' missing for command: 'import'.", "import")]
    [InlineData(2, "Argument 'torch' not recognized. Must be one of:", "import", "x.onnx", "--preset", "torch")]
    public async Task WrongUseIsAnswered(int exitCode, string message, params string[] arguments)
    {
        CommandResult result = await RunAsync(arguments);

        Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
        Assert.StartsWith($"clocks: {message}", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--mean", "1,2")]
    [InlineData("--std", "a")]
    [InlineData("--size", "31")]
    public async Task NumbersThatMakeNoSenseAreWrongUse(string option, string value)
    {
        string model = Path.Combine(_folder, "model.onnx");
        await File.WriteAllBytesAsync(model, [1], TestContext.Current.CancellationToken);

        CommandResult result = await RunAsync("import", model, option, value);

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith($"clocks: {option} ", result.Error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<CommandResult> RunAsync(params string[] arguments) => Clocks.RunAsync(["backbone", .. arguments, "--folder", _folder]);
}
