using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Text.Json.Nodes;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Infra;

/// <summary>The Bicep compiler, run offline on the repository's templates.</summary>
internal static class Bicep
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static string Folder { get; } = Path.Combine(SharedData.Root, "infra");

    private static string Compiler { get; } = typeof(Bicep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(data => data.Key == "BicepCompiler").Value! + (OperatingSystem.IsWindows() ? ".exe" : "");

    private static readonly ConcurrentDictionary<string, Lazy<JsonObject>> Built = new();

    /// <summary>The ARM template that a file compiles to; compiled once, so not to be changed.</summary>
    public static JsonObject Build(string template) => Built.GetOrAdd(template, file => new Lazy<JsonObject>(
        () => JsonNode.Parse(Succeed("build", Path.Combine(Folder, file), "--stdout"))!.AsObject())).Value;

    /// <summary>What the linter says: exit code and every line, nothing when all is well.</summary>
    public static (int ExitCode, string Output) Lint(string template)
    {
        (int exitCode, string output, string errors) = Run("lint", Path.Combine(Folder, template));
        return (exitCode, output + errors);
    }

    /// <summary>
    /// The resources that a deployment would make, with every expression evaluated that does not depend on a
    /// resource's run-time state; one that does stays as text in brackets.
    /// </summary>
    /// <param name="template">File name in the folder of templates, or the whole path of one elsewhere.</param>
    /// <param name="parameters">The lines of a parameters file after its <c>using</c>.</param>
    /// <param name="scope">Options of the compiler that name the deployment's location or resource group.</param>
    public static JsonArray Predict(string template, string parameters, params string[] scope)
    {
        string folder = Directory.CreateTempSubdirectory("bicep-").FullName;
        try
        {
            string file = Path.Combine(folder, "test.bicepparam");
            string path = Path.GetRelativePath(folder, Path.Combine(Folder, template)).Replace('\\', '/');
            File.WriteAllText(file, $"using '{path}'\n{parameters}\n");
            Succeed(["snapshot", file, "--mode", "overwrite", "--subscription-id", Guid.Empty.ToString(), .. scope]);
            JsonNode snapshot = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "test.snapshot.json")))!;
            return snapshot["predictedResources"]!.AsArray();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Succeed(params string[] arguments)
    {
        (int exitCode, string output, string errors) = Run(arguments);
        Assert.True(exitCode == 0, $"bicep {string.Join(' ', arguments)} ended with {exitCode}: {errors}{output}");
        return output;
    }

    private static (int ExitCode, string Output, string Errors) Run(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(Compiler, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"bicep {string.Join(' ', arguments)} took over {Patience}.");
        }

        return (process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
    }
}
