using System.Diagnostics;
using System.Text.Json.Nodes;
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
        string project = Path.Combine(SharedData.Root, "functions");
        Assert.SkipUnless(
            IsRestored(project), "functions is not restored: dotnet restore functions needs a feed with Microsoft.Azure.Functions.Worker");
        string app = Directory.CreateTempSubdirectory("app-").FullName;
        try
        {
            Publish(project, app);

            Assert.Equal(File.ReadAllText(Path.Combine(SharedData.Root, "host.json")), File.ReadAllText(Path.Combine(app, "host.json")));
            Assert.False(File.Exists(Path.Combine(app, "local.settings.json")));
            Assert.True(File.Exists(Path.Combine(app, "worker.config.json")));
            Assert.Equal(
                [.. Trigger.OfKind("HttpTrigger").Concat(Trigger.OfKind("BlobTrigger")).Concat(Trigger.OfKind("TimerTrigger"))
                    .Concat(Trigger.OfKind("WarmupTrigger"))
                    .Select(trigger => trigger.Function).Order(StringComparer.Ordinal)],
                JsonNode.Parse(File.ReadAllText(Path.Combine(app, "functions.metadata")))!.AsArray()
                    .Select(function => (string)function!["name"]!).Order(StringComparer.Ordinal));
            AssertLean(app);
        }
        finally
        {
            Directory.Delete(app, recursive: true);
        }
    }

    private static bool IsRestored(string project)
    {
        string cache = Path.Combine(project, "obj", "project.nuget.cache");
        return File.Exists(cache) && (bool)JsonNode.Parse(File.ReadAllText(cache))!["success"]!;
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

    private static void Publish(string project, string to)
    {
        using Process publish = Process.Start(
            new ProcessStartInfo("dotnet", ["publish", project, "-c", "Release", "--no-restore", "-o", to, "-v", "q", "-nologo"])
        {
            RedirectStandardOutput = true,
        })!;
        string output = publish.StandardOutput.ReadToEnd();
        publish.WaitForExit();
        Assert.True(publish.ExitCode == 0, output);
    }
}
