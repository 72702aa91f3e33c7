using System.Globalization;
using System.Text.Json;
using ClockFunctions.Core.Heads;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Cli;

public sealed class ScoreVerbTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clocks-tests-").FullName;

    [Fact]
    public async Task AFolderIsScoredInNameOrderAndWhatIsUnusableIsNamed()
    {
        Write("b/2.png", SomePhoto.Png(2));
        Write("a/1.jpg", SomePhoto.Jpeg(1));
        Write("c, \"odd\".txt", [1, 2, 3]);
        Write(".hidden", [1]);

        CommandLine.Run run = await RunAsync(_folder, "--csv");

        Assert.Equal(1, run.ExitCode);
        string[] lines = run.Output.Trim().Split('\n');
        Assert.Equal("file,probability,is_target,threshold,head,model,top_class,top_class_probability,problem", lines[0]);
        Assert.StartsWith(Path.Combine(_folder, "a/1.jpg") + ",0.", lines[1]);
        Assert.StartsWith(Path.Combine(_folder, "b/2.png") + ",0.", lines[2]);
        Assert.Equal(
            $"\"{_folder}/c, \"\"odd\"\".txt\",,,,,,,,\"The bytes are not a JPEG, PNG, WebP, GIF, BMP, TIFF, TGA or PBM image.\"",
            lines[3]);
        Assert.Equal(4, lines.Length);
        Assert.Contains("1 unusable.", run.Error);
    }

    [Fact]
    public async Task ManyFilesComeOutInOrderAndEqualToOneByOne()
    {
        for (int i = 0; i < 60; i++)
        {
            Write($"{i:00}.jpg", SomePhoto.Jpeg(i, 60 + (i * 10), 50 + i));
        }

        CommandLine.Run all = await RunAsync(_folder, "--json");
        CommandLine.Run one = await RunAsync(Path.Combine(_folder, "31.jpg"), "--json");

        Assert.Equal(0, all.ExitCode);
        JsonElement[] lines = [.. all.Output.Trim().Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(
            Enumerable.Range(0, 60).Select(i => Path.Combine(_folder, $"{i:00}.jpg")),
            lines.Select(line => line.GetProperty("file").GetString()));
        Assert.Equal(
            one.Json.GetProperty("probability").GetDouble(), lines[31].GetProperty("probability").GetDouble(),
            5); // threads sum in another order
    }

    [Fact]
    public async Task AModelFolderScoresWithItsOwnBackboneTargetAndThreshold()
    {
        string model = Path.Combine(_folder, "model");
        SomeHead.Of(1, bias: -2, change: manifest => manifest with { Target = "dog", Threshold = 0.1 }).Write(model);
        string image = Write("1.jpg", SomePhoto.Jpeg());
        string heat = Path.Combine(_folder, "heat");

        CommandLine.Run run = await CommandLine.RunAsync(
            "score", image, "--model", model, "--explain", heat, "--json", "--set", $"BackboneFolder={TestBackbone.Folder}");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal("dog", run.Json.GetProperty("label").GetString());
        Assert.True(run.Json.GetProperty("isTarget").GetBoolean());
        Assert.Equal(0.119203, run.Json.GetProperty("probability").GetDouble()); // sigmoid(-2), to six decimals
        Assert.Equal("learned", run.Json.GetProperty("model").GetProperty("head").GetString());
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(Path.Combine(heat, "1.jpg.png"))[..4]);
    }

    [Fact]
    public async Task AModelOfAnotherBackboneIsRefused()
    {
        string model = Path.Combine(_folder, "model");
        HeadDirectory head = SomeHead.Of(1, change: manifest => manifest with { BackboneSha256 = Some.Hash("another") });
        head.Write(model);
        string image = Write("1.jpg", SomePhoto.Jpeg());

        CommandLine.Run run = await RunAsync(image, "--model", model);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("was trained on backbone tiny", run.Error);
    }

    [Theory]
    [InlineData(2, "There is no file or folder", "nowhere")]
    [InlineData(2, "--threshold must be a number from 0 to 1", "--threshold", "1.5")]
    [InlineData(2, "There is no learned head yet.", "--head", "learned")]
    [InlineData(2, "explain needs a learned head", "--explain", "heat")]
    [InlineData(2, "Must be one of", "--head", "best")]
    [InlineData(2, "give one of them", "--model", "m", "--storage", "UseDevelopmentStorage=true")]
    [InlineData(1, "holds no trained head", "--model", "nowhere")]
    public async Task WrongUseIsSaidClearly(int exitCode, string message, params string[] arguments)
    {
        string image = Write("1.jpg", SomePhoto.Jpeg());

        CommandLine.Run run = await RunAsync([image, .. arguments]);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(message, run.Error);
        Assert.DoesNotContain("   at ", run.Error);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Task<CommandLine.Run> RunAsync(params string[] arguments) => CommandLine.RunAsync(
        ["score", .. arguments, "--backbone", TestBackbone.Id, "--set",
            string.Create(CultureInfo.InvariantCulture, $"BackboneFolder={TestBackbone.Folder}")]);

    private string Write(string name, byte[] content)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }
}
