using System.Diagnostics;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Functions;

/// <summary>What a build puts beside the programs, and into the package of the Functions app.</summary>
public sealed class OutputTests
{
    // 40 MB of libtorch's Python bindings and tests, and the libraries of other systems.
    private static readonly string[] Unneeded =
        ["libtorch_python", "libtorchbind_test", "libjitbackend_test", "libbackend_with_compiler", "libnnapi_backend"];

    [Fact]
    public void NothingThatIsNeverLoadedIsInTheOutput() => AssertLean(AppContext.BaseDirectory);

    [Fact]
    public void ThePublishedAppHasWhatTheHostReads()
    {
        string app = FunctionsApp.Published;

        Assert.Equal(File.ReadAllText(Path.Combine(SharedData.Root, "host.json")), File.ReadAllText(Path.Combine(app, "host.json")));
        Assert.False(File.Exists(Path.Combine(app, "local.settings.json")));
        Assert.True(File.Exists(Path.Combine(app, "worker.config.json")));
        AssertLean(app);
    }

    [Fact]
    public void ThePublishedAppSharesNoFileWithABuild()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "counts the names of a file with stat");
        using Process stat = Process.Start(new ProcessStartInfo(
            "stat", ["--format=%h", .. Directory.EnumerateFiles(FunctionsApp.Published, "ClockFunctions*.dll")])
        {
            RedirectStandardOutput = true,
        })!;

        Assert.Equal(["1", "1"], stat.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static void AssertLean(string folder)
    {
        string[] files = [.. Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file))];

        Assert.Contains(
            files, file => file.StartsWith("libtorch_cpu", StringComparison.Ordinal)
                || file.StartsWith("torch_cpu", StringComparison.Ordinal));
        Assert.DoesNotContain(files, file => Unneeded.Any(name => file.StartsWith(name, StringComparison.Ordinal)));
        Assert.SkipWhen(
            OperatingSystem.IsWindows() && folder == AppContext.BaseDirectory, "on Windows the library of Windows is the right one");
        Assert.DoesNotContain("onnxruntime.dll", files);
    }
}
