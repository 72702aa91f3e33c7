using System.Diagnostics;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Functions;

/// <summary>The Functions app as it is deployed, and as a developer builds it. Made once, when a test asks for it.</summary>
internal static class FunctionsApp
{
    /// <summary>Names the published app where CI has made it already.</summary>
    private const string PublishedVariable = "CLOCKS_FUNCTIONS_APP";

    private static readonly string Project = Path.Combine(SharedData.Root, "functions");

    private static readonly Lazy<string> Release = new(() =>
        Environment.GetEnvironmentVariable(PublishedVariable) is { Length: > 0 } made ? made : Publish());

    private static readonly Lazy<string> Debug = new(() =>
    {
        Dotnet("build", Project, "-c", "Debug", "-v", "quiet");
        return Path.Combine(Project, "bin", "Debug", "net10.0");
    });

    /// <summary>Folder of the app that `dotnet publish functions` makes for Azure.</summary>
    public static string Published => Release.Value;

    /// <summary>Folder of the app that a developer's `dotnet build functions` makes.</summary>
    public static string BuiltForDebugging => Debug.Value;

    private static string Publish()
    {
        string folder = Path.Combine(SharedData.Root, "artifacts", "functions");
        Dotnet("publish", Project, "-c", "Release", "-v", "quiet", "-o", folder);
        return folder;
    }

    private static void Dotnet(params string[] arguments)
    {
        using Process dotnet = Process.Start(new ProcessStartInfo("dotnet", [.. arguments, "-nologo"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> errors = dotnet.StandardError.ReadToEndAsync();
        string output = dotnet.StandardOutput.ReadToEnd();
        dotnet.WaitForExit();
        Assert.True(dotnet.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}: {output}{errors.GetAwaiter().GetResult()}");
    }
}
