using System.Diagnostics;
using System.Text.RegularExpressions;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Infra;

/// <summary>azure.yaml, and the hook that it runs after a deployment.</summary>
public sealed partial class AzdTests : IDisposable
{
    private static readonly string Yaml = File.ReadAllText(Path.Combine(SharedData.Root, "azure.yaml"));

    private readonly string _folder = Directory.CreateTempSubdirectory("hook-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void AzdDeploysTheProjectToTheAppWithItsTag()
    {
        string project = Path.Combine(SharedData.Root, Value("project"));

        Assert.Single(Directory.EnumerateFiles(project, "*.csproj"));
        Assert.Equal("api", (string?)Deployment.TheOne(Deployment.Open, "Microsoft.Web/sites")["tags"]!["azd-service-name"]);
        Assert.Matches("(?m)^  api:$", Yaml);
        Assert.True(File.Exists(Path.Combine(SharedData.Root, Value("path"), Value("module") + ".bicepparam")));
    }

    [Fact]
    public void BothHooksExistAndReadOnlyWhatAzdAndTheTemplateGive()
    {
        string[] given = [.. Bicep.Build("main.bicep")["outputs"]!.AsObject().Select(output => output.Key), "AZURE_SUBSCRIPTION_ID"];
        MatchCollection hooks = Hook().Matches(Yaml);

        Assert.Equal(["infra/subscribe.sh", "infra/subscribe.ps1"], hooks.Select(hook => hook.Groups[1].Value));
        Assert.All(hooks, hook =>
        {
            string script = File.ReadAllText(Path.Combine(SharedData.Root, hook.Groups[1].Value));
            Assert.Subset(given.ToHashSet(), Variable().Matches(script).Select(variable => variable.Value).ToHashSet());
        });
    }

    [Fact]
    public void TheHookWaitsForTheKeyAndThenDeploysTheSubscriptions()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the hook is a POSIX shell script");
        // The key is there when asked for the third time.
        StandIn("az", """
            echo "$@" >> "$LOG"
            case "$1" in functionapp) n=$(cat "$LOG.n" 2>/dev/null || echo 0); echo $((n + 1)) > "$LOG.n"; 
              [ "$n" -lt 2 ] || echo a-key ;; esac
            """);
        StandIn("sleep", ":");

        (int exitCode, string output) = RunHook();

        Assert.True(exitCode == 0, output);
        string[] calls = File.ReadAllLines(Path.Combine(_folder, "log"));
        Assert.Equal(3, calls.Count(call => call.StartsWith("functionapp keys list", StringComparison.Ordinal)));
        Assert.Matches(
            @"^deployment group create .*--resource-group rg-test .*--template-file .*events\.bicep " +
            ".*functionAppName=func-test topicName=evgt-test storageName=sttest$", calls[^1]);
        Assert.DoesNotContain("a-key", string.Join('\n', calls) + output);
    }

    [Fact]
    public void TheHookGivesUpOnAnAppWithoutBlobTriggersAndSaysSo()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the hook is a POSIX shell script");
        StandIn("az", "echo \"$@\" >> \"$LOG\"");
        StandIn("sleep", ":");

        (int exitCode, string output) = RunHook();

        Assert.Equal(1, exitCode);
        Assert.Contains("no blobs_extension key after 5 minutes", output);
        Assert.DoesNotContain(
            File.ReadLines(Path.Combine(_folder, "log")), call => call.StartsWith("deployment", StringComparison.Ordinal));
    }

    private (int ExitCode, string Output) RunHook()
    {
        ProcessStartInfo start = new("sh", [Path.Combine(Bicep.Folder, "subscribe.sh")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["PATH"] = $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}",
                ["LOG"] = Path.Combine(_folder, "log"),
                ["AZURE_SUBSCRIPTION_ID"] = Guid.Empty.ToString(),
                ["AZURE_RESOURCE_GROUP"] = "rg-test",
                ["AZURE_FUNCTION_APP_NAME"] = "func-test",
                ["AZURE_STORAGE_ACCOUNT_NAME"] = "sttest",
                ["EVENTGRID_TOPIC_NAME"] = "evgt-test",
            },
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(1)));
        return (process.ExitCode, output);
    }

    private void StandIn(string program, string script)
    {
        string path = Path.Combine(_folder, program);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    private static string Value(string key) => Regex.Match(Yaml, $"(?m)^ +{key}: (.+)$").Groups[1].Value;

    [GeneratedRegex(@"(?m)^ +run: (.+)$")]
    private static partial Regex Hook();

    [GeneratedRegex(@"\b(AZURE|EVENTGRID|SERVICE)_[A-Z_]+\b")]
    private static partial Regex Variable();
}
