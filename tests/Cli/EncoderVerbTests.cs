using System.Text.Json;
using ClockFunctions.Samples;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Cli;

/// <summary>The command line on a backbone that gives features alone.</summary>
public sealed class EncoderVerbTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clocks-encoder-").FullName;

    public EncoderVerbTests()
    {
        for (int i = 0; i < 20; i++)
        {
            Write($"photos/clock/{i:00}.jpg", DrawnImage.Clock(i));
            Write($"photos/other/{i:00}.jpg", DrawnImage.Other(i));
        }

        // Of more kinds, since near-duplicates stay in one fold.
        foreach (SamplePicture picture in SampleSet.Render(40, seed: 1))
        {
            Write($"kinds/{picture.Label}/{picture.Name}", picture.Jpeg);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task AHeadIsTrainedMeasuredAndScoresWithoutAnyClasses()
    {
        CommandLine.Run train = await RunAsync("train", $"{_folder}/photos", "-o", $"{_folder}/model", "--json");
        CommandLine.Run evaluate = await RunAsync("evaluate", $"{_folder}/photos", "--model", $"{_folder}/model", "--json");
        CommandLine.Run text = await RunAsync("score", $"{_folder}/photos/clock/00.jpg", "--model", $"{_folder}/model");
        CommandLine.Run csv = await RunAsync("score", $"{_folder}/photos/clock/00.jpg", "--model", $"{_folder}/model", "--csv");

        Assert.Equal((0, 0, 0, 0), (train.ExitCode, evaluate.ExitCode, text.ExitCode, csv.ExitCode));
        Assert.Equal("published", train.Json.GetProperty("state").GetString());
        Assert.EndsWith("and that is better than chance.", train.Json.GetProperty("reason").GetString());
        Assert.Empty(evaluate.Json.GetProperty("rivals").EnumerateArray());
        Assert.EndsWith("00.jpg  (learned)", text.Output.TrimEnd());
        Assert.EndsWith(",,,", csv.Output.TrimEnd());
    }

    [Fact]
    public async Task WhatNeedsAZeroShotHeadSaysThatThereIsNone()
    {
        CommandLine.Run analyze = await RunAsync("analyze", $"{_folder}/photos");
        CommandLine.Run score = await RunAsync("score", $"{_folder}/photos/clock/00.jpg");
        CommandLine.Run compare = await RunAsync("compare", $"{_folder}/kinds", "--folds", "2", "--json");
        CommandLine.Run nothing = await RunAsync("compare", $"{_folder}/kinds", "--heads", "summed", "--folds", "2");

        Assert.Equal((2, 2, 0, 2), (analyze.ExitCode, score.ExitCode, compare.ExitCode, nothing.ExitCode));
        Assert.Contains("Backbone encoder gives features alone: it has no zero-shot head to analyse.", analyze.Error);
        Assert.Contains("Backbone encoder knows no classes of its own, so nothing answers before the first training.", score.Error);
        Assert.Contains("encoder gives features alone: no head summed", compare.Error);
        JsonElement row = Assert.Single(compare.Json.GetProperty("rows").EnumerateArray());
        Assert.Equal("learned, recipe default", row.GetProperty("head").GetString());
        Assert.Contains("There is nothing to compare", nothing.Error);
    }

    [Fact]
    public async Task TheListsOfBackbonesSayThatItHasNoClasses()
    {
        CommandLine.Run list = await CommandLine.RunAsync("backbone", "list", "--folder", EncoderBackbone.Folder);
        CommandLine.Run verify = await CommandLine.RunAsync("backbone", "verify", "encoder", "--folder", EncoderBackbone.Folder);
        CommandLine.Run json = await CommandLine.RunAsync("backbone", "verify", "encoder", "--folder", EncoderBackbone.Folder, "--json");

        Assert.Matches(@"encoder +installed +0\.0 +96 yes  no ", list.Output);
        Assert.Equal($"encoder  ok  {EncoderBackbone.Spec.Sha256}  features alone", verify.Output.Trim());
        Assert.False(json.Json[0].GetProperty("hasClasses").GetBoolean());
    }

    private void Write(string name, byte[] image)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, image);
    }

    private static Task<CommandLine.Run> RunAsync(params string[] arguments) => CommandLine.RunAsync(
        [.. arguments, "--backbone", EncoderBackbone.Id, "--set", $"BackboneFolder={EncoderBackbone.Folder}"]);
}
