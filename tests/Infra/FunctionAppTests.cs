using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Azure.Storage.Blobs;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Storage;
using ClockFunctions.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace ClockFunctions.Tests.Infra;

public partial class FunctionAppTests
{
    private const string Site = "Microsoft.Web/sites";

    [Fact]
    public void TheDeployedSettingsOpenTheStorageWithTheManagedIdentity()
    {
        IConfiguration settings = Configuration(Deployment.Open);

        BlobServiceClient client = StorageConnection.FromConfiguration(settings);

        Assert.Equal("sttest", client.AccountName);
        Assert.IsType<BoundedCredential>(StorageConnection.CredentialFor(settings.GetSection(StorageConnection.DefaultName)));
        Assert.NotNull(settings["AzureWebJobsStorage:queueServiceUri"]);
    }

    [Fact]
    public void TheDeployedSettingsAreAValidClassifier()
    {
        ClassifierOptions options = Configuration(Deployment.Closed).GetSection(ClassifierOptions.Section)
            .Get<ClassifierOptions>(binder => binder.ErrorOnUnknownConfiguration = true)!;

        Assert.Equal("clock", options.Target);
        Assert.Equal(TimeSpan.FromSeconds(10), options.Training.QuietPeriod);
        Assert.Empty(OptionsValidation.Errors(options, ClassifierOptions.Section));
    }

    [Fact]
    public void NoSettingIsOneThatFlexConsumptionRefuses() => Assert.DoesNotContain(
        Settings(Deployment.Open), setting => setting.Key is "FUNCTIONS_WORKER_RUNTIME" or "FUNCTIONS_EXTENSION_VERSION"
            or "WEBSITE_RUN_FROM_PACKAGE" or "WEBSITE_CONTENTSHARE" or "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING"
            or "FUNCTIONS_WORKER_PROCESS_COUNT");

    [Fact]
    public void TheRuntimeIsTheOneTheProjectsTarget()
    {
        string properties = File.ReadAllText(Path.Combine(SharedData.Root, "Directory.Build.props"));
        JsonNode runtime = Config(Deployment.Open)["runtime"]!;

        Assert.Equal("dotnet-isolated", (string?)runtime["name"]);
        Assert.Equal(TargetFramework().Match(properties).Groups[1].Value, (string?)runtime["version"]);
    }

    [Fact]
    public void ThePackageIsDeployedToAContainerThatExistsWithTheSameIdentity()
    {
        JsonNode storage = Config(Deployment.Open)["deployment"]!["storage"]!;

        string container = Assert.Single(Containers(), name => ((string)storage["value"]!).Contains($"'{name}'", StringComparison.Ordinal));
        Assert.Equal("app-package", container);
        Assert.Equal("UserAssignedIdentity", (string?)storage["authentication"]!["type"]);
        Assert.Equal(
            (string?)Deployment.TheOne(Deployment.Open, "Microsoft.ManagedIdentity/userAssignedIdentities")["id"],
            (string?)storage["authentication"]!["userAssignedIdentityResourceId"]);
    }

    [Fact]
    public void NothingIsPaidForAtRestUnlessAskedFor()
    {
        Assert.Empty(Config(Deployment.Open)["scaleAndConcurrency"]!["alwaysReady"]!.AsArray());
        Assert.False((bool)Plan(Deployment.Open)["zoneRedundant"]!);
        Assert.Equal(
            [("http", 2), ("blob", 1)],
            Config(Deployment.Closed)["scaleAndConcurrency"]!["alwaysReady"]!.AsArray()
                .Select(warm => ((string)warm!["name"]!, (int)warm["instanceCount"]!)));
        Assert.True((bool)Plan(Deployment.Closed)["zoneRedundant"]!);
    }

    [Fact]
    public void ADeploymentEndsWhatRunsUnlessTheRollingOneIsAskedFor()
    {
        Assert.Equal("Recreate", (string?)Config(Deployment.Open)["siteUpdateStrategy"]!["type"]);
        Assert.Equal("RollingUpdate", (string?)Config(Deployment.Closed)["siteUpdateStrategy"]!["type"]);
    }

    [Fact]
    public void PreparedProcessesAreUsedUnlessTheyAreTurnedOff()
    {
        Assert.DoesNotContain(Settings(Deployment.Open), setting => setting.Key == "WEBSITE_USE_PLACEHOLDER_DOTNETISOLATED");
        Assert.Equal("0", (string?)Settings(Deployment.Closed)["WEBSITE_USE_PLACEHOLDER_DOTNETISOLATED"]);
    }

    private IEnumerable<string> Containers() => Deployment
        .OfType(Deployment.Open, "Microsoft.Storage/storageAccounts/blobServices/containers").Select(Deployment.LastName);

    private static JsonNode Config(IReadOnlyList<JsonObject> resources) =>
        Deployment.TheOne(resources, Site)["properties"]!["functionAppConfig"]!;

    private static JsonNode Plan(IReadOnlyList<JsonObject> resources) =>
        Deployment.TheOne(resources, "Microsoft.Web/serverfarms")["properties"]!;

    private static JsonObject Settings(IReadOnlyList<JsonObject> resources) =>
        Deployment.TheOne(resources, $"{Site}/config")["properties"]!.AsObject();

    /// <summary>The settings as the app sees them, with examples for what only Azure knows.</summary>
    private static IConfiguration Configuration(IReadOnlyList<JsonObject> resources) => new ConfigurationBuilder()
        .AddInMemoryCollection(Settings(resources).Select(setting => KeyValuePair.Create(
            setting.Key.Replace("__", ":"), (string?)Resolve((string)setting.Value!))))
        .Build();

    private static string Resolve(string value) => value switch
    {
        _ when !value.StartsWith('[') => value,
        _ when value.Contains(".primaryEndpoints.blob", StringComparison.Ordinal) => "https://sttest.blob.core.windows.net/",
        _ when value.Contains(".primaryEndpoints.queue", StringComparison.Ordinal) => "https://sttest.queue.core.windows.net/",
        _ when value.Contains(".clientId", StringComparison.Ordinal) => "11111111-2222-3333-4444-555555555555",
        _ => value,
    };

    [GeneratedRegex("<TargetFramework>net([0-9.]+)</TargetFramework>")]
    private static partial Regex TargetFramework();
}
