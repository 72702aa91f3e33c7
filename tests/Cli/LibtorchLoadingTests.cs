using System.Diagnostics;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Cli;

/// <summary>libtorch takes half a second and 200 MB: who only scores must never pay for it.</summary>
public sealed class LibtorchLoadingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clocks-libtorch-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task TrainingLoadsLibtorchAndScoringWithWhatItMadeDoesNot()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the dynamic linker's log is Linux's");
        Assert.Equal(0, (await CommandLine.RunAsync("data", "sample", "-o", $"{_folder}/photos", "--count", "40", "--seed", "1")).ExitCode);
        string photo = Directory.GetFiles($"{_folder}/photos/clock")[0];

        string training = await LoadedBy("train", $"{_folder}/photos", "-o", $"{_folder}/model", "--no-cache");
        string scoring = await LoadedBy("score", photo, "--model", $"{_folder}/model");

        Assert.Contains("libtorch", training);
        Assert.Contains("libonnxruntime", scoring);
        Assert.DoesNotContain("libtorch", scoring);
        Assert.DoesNotContain("LibTorchSharp", scoring);
    }

    /// <summary>What ld.so says about the libraries of a run that succeeds.</summary>
    private async Task<string> LoadedBy(params string[] arguments)
    {
        string log = Path.Combine(_folder, $"ld-{arguments[0]}");
        ProcessStartInfo start = new(
            Path.Combine(AppContext.BaseDirectory, "clocks"),
            [.. arguments, "--backbone", TestBackbone.Id, "--set", $"BackboneFolder={TestBackbone.Folder}"])
        {
            Environment = { ["LD_DEBUG"] = "files", ["LD_DEBUG_OUTPUT"] = log },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, error + await output);
        return await File.ReadAllTextAsync($"{log}.{process.Id}", TestContext.Current.CancellationToken);
    }
}
