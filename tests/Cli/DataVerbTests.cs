using ClockFunctions.Core.Imaging;
using ClockFunctions.Tests.Imaging;

namespace ClockFunctions.Tests.Cli;

public sealed class DataVerbTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clocks-data-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task ASampleIsDrawnAndSummarized()
    {
        CommandLine.Run sample = await CommandLine.RunAsync("data", "sample", "-o", $"{_folder}/set", "--count", "12", "--seed", "3");
        CommandLine.Run summary = await CommandLine.RunAsync("data", "summary", $"{_folder}/set", "--quick", "--json");

        Assert.Equal((0, ""), (sample.ExitCode, sample.Error));
        Assert.StartsWith($"{_folder}/set: 4 clock, 8 other", sample.Output, StringComparison.Ordinal);
        Assert.Contains("These are drawings", sample.Output, StringComparison.Ordinal);
        Assert.Equal((0, ""), (summary.ExitCode, summary.Error));
        Assert.Equal(12, summary.Json.GetProperty("images").GetInt32());
        Assert.Equal("other", summary.Json.GetProperty("labels")[0].GetProperty("label").GetString());
        Assert.Equal(8, summary.Json.GetProperty("labels")[0].GetProperty("images").GetInt32());
        Assert.Equal(0, summary.Json.GetProperty("unreadable").GetArrayLength());
    }

    [Fact]
    public async Task ASampleNeverMixesWithWhatIsThere()
    {
        await File.WriteAllTextAsync($"{_folder}/mine.txt", "", TestContext.Current.CancellationToken);

        CommandLine.Run sample = await CommandLine.RunAsync("data", "sample", "-o", _folder);

        Assert.Equal((2, $"clocks: {_folder} is not empty.\n"), (sample.ExitCode, sample.Error));
        Assert.Single(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public async Task ASummaryNamesWhatIsUnreadable()
    {
        Directory.CreateDirectory($"{_folder}/clock");
        byte[] jpeg = SomeImage.Encode(ImageFormat.Jpeg, SomeImage.Quarters(40, 24), 40, 24);
        await File.WriteAllBytesAsync($"{_folder}/clock/a.jpg", jpeg, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync($"{_folder}/clock/cut.jpg", jpeg[..^60], TestContext.Current.CancellationToken);

        CommandLine.Run summary = await CommandLine.RunAsync("data", "summary", _folder, "--quick");

        Assert.Equal(0, summary.ExitCode);
        Assert.Contains(
            "unreadable      1\n  clock/cut.jpg: The JPEG data ends before the image is complete.\n", summary.Output,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no folder /no/such/folder.", "data", "summary", "/no/such/folder")]
    [InlineData("--count must be 6 to 100000.", "data", "sample", "-o", "unused", "--count", "5")]
    [InlineData("-o must name a .png file, not sheet.jpg.", "data", "preview", ".", "-o", "sheet.jpg")]
    [InlineData("--count must be 1 to 200 and --views 0 to 12.", "data", "preview", ".", "-o", "sheet.png", "--views", "13")]
    public async Task WrongUseIsSaidInOneLine(string message, params string[] arguments)
    {
        CommandLine.Run run = await CommandLine.RunAsync(arguments);

        Assert.Equal((2, "", $"clocks: {message}\n"), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public async Task ARuleThatLabelsNothingIsWrongUse()
    {
        await File.WriteAllTextAsync($"{_folder}/photo.jpg", "", TestContext.Current.CancellationToken);

        CommandLine.Run run = await CommandLine.RunAsync("data", "summary", _folder, "--quick");

        Assert.Equal((2, $"clocks: No file of {_folder} gets a label from the rule 'folder'.\n"), (run.ExitCode, run.Error));
    }
}
