using System.Text.Json.Nodes;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Storage;
using ClockFunctions.Tests.Infra;
using ClockFunctions.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace ClockFunctions.Tests.Functions;

/// <summary>host.json and local.settings.sample.json, the two files that a Functions app has at the root.</summary>
public class SettingsTests
{
    private static readonly JsonObject Host = Read("host.json");

    private static readonly JsonObject Sample = Read("local.settings.sample.json")["Values"]!.AsObject();

    [Fact]
    public void TheSampleIsAValidClassifierOnTheLocalStorage()
    {
        IConfiguration settings = new ConfigurationBuilder()
            .AddInMemoryCollection(Sample.Select(setting => KeyValuePair.Create(setting.Key.Replace("__", ":"), (string?)setting.Value)))
            .Build();

        Assert.Equal(new ClassifierOptions { Target = "clock" }, OptionsBinding.Read(settings));
        Assert.Equal("devstoreaccount1", StorageConnection.FromConfiguration(settings).AccountName);
        Assert.Equal("dotnet-isolated", (string?)Sample["FUNCTIONS_WORKER_RUNTIME"]);
    }

    [Fact]
    public void EverySettingOfTheSampleIsDocumented()
    {
        string docs = string.Concat(Directory.EnumerateFiles(Path.Combine(SharedData.Root, "docs"), "*.md").Select(File.ReadAllText));

        Assert.All(Sample, setting => Assert.Contains($"`{setting.Key}`", docs));
    }

    [Fact]
    public void EverySettingThatATriggerNamesIsInTheSampleAndDeployed()
    {
        List<string> named = [.. Trigger.OfType("timerTrigger").Select(timer => timer["schedule"])];
        JsonNode deployed = Deployment.TheOne(Deployment.Open, "Microsoft.Web/sites/config")["properties"]!;

        Assert.NotEmpty(named);
        Assert.All(named, setting =>
        {
            Assert.Matches("^%[A-Za-z]+%$", setting);
            Assert.NotNull(Sample[setting.Trim('%')]);
            Assert.NotNull(deployed[setting.Trim('%')]);
        });
    }

    [Fact]
    public void ASettingsFileOfOnesOwnIsNeverCommitted() => Assert.Contains(
        "local.settings.json", File.ReadLines(Path.Combine(SharedData.Root, ".gitignore")));

    [Fact]
    public void TheHostLimitsWhatOneInstanceDoesAtOnceAndGivesUpAfterFiveTries()
    {
        Assert.Equal("2.0", (string?)Host["version"]);
        Assert.Equal("api", (string?)Host["extensions"]!["http"]!["routePrefix"]);
        Assert.Equal(4, (int)Host["extensions"]!["blobs"]!["maxDegreeOfParallelism"]!);
        Assert.Equal(5, (int)Host["extensions"]!["blobs"]!["poisonBlobThreshold"]!);
        Assert.Equal("OpenTelemetry", (string?)Host["telemetryMode"]);
        Assert.Null(Host["extensionBundle"]);
    }

    [Fact]
    public void AFunctionMayTakeAsLongAsThePlatformLetsItFinishWhenScalingIn() => Assert.Equal(
        TimeSpan.FromMinutes(60), TimeSpan.Parse((string)Host["functionTimeout"]!, System.Globalization.CultureInfo.InvariantCulture));

    private static JsonObject Read(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(SharedData.Root, file)))!.AsObject();
}
