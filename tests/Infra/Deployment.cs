using System.Text.Json.Nodes;

namespace ClockFunctions.Tests.Infra;

/// <summary>What main.bicep and events.bicep would deploy, predicted once, when a test asks for it.</summary>
internal static class Deployment
{
    private const string Required = "param environmentName = 'test'\nparam location = 'westeurope'\n";

    private static readonly Lazy<IReadOnlyList<JsonObject>> DefaultParameters = new(() => OfMain(Bicep.Folder));

    private static readonly Lazy<IReadOnlyList<JsonObject>> EveryOption = new(() => OfMain(Bicep.Folder, """
        param privateNetwork = true
        param allowedIpRanges = ['203.0.113.0/24']
        param operatorPrincipalId = '11111111-2222-3333-4444-555555555555'
        param alertEmail = 'operator@example.org'
        param alwaysReadyInstances = 2
        param alwaysReadyBlobInstances = 1
        param zoneRedundant = true
        param updateStrategy = 'RollingUpdate'
        param placeholders = false
        param tags = { team: 'photos' }
        param classifier = { Training__QuietPeriod: '00:00:10' }
        """));

    private static readonly Lazy<IReadOnlyList<JsonObject>> Subscriptions = new(() => OfEvents(Bicep.Folder));

    /// <summary>main.bicep with every parameter left at its default.</summary>
    public static IReadOnlyList<JsonObject> Open => DefaultParameters.Value;

    /// <summary>main.bicep with the private network, an operator, an alert address, warm instances and a setting of one's own.</summary>
    public static IReadOnlyList<JsonObject> Closed => EveryOption.Value;

    /// <summary>events.bicep.</summary>
    public static IReadOnlyList<JsonObject> Events => Subscriptions.Value;

    public static JsonObject TheOne(IEnumerable<JsonObject> resources, string type) => Assert.Single(OfType(resources, type));

    public static IReadOnlyList<JsonObject> OfType(IEnumerable<JsonObject> resources, string type) =>
        [.. resources.Where(resource => (string?)resource["type"] == type)];

    /// <summary>The last part of a resource's name: <c>training</c> of <c>account/default/training</c>.</summary>
    public static string LastName(JsonObject resource) => ((string)resource["name"]!).Split('/')[^1];

    /// <summary>What the main.bicep of some folder would make.</summary>
    public static IReadOnlyList<JsonObject> OfMain(string folder, string parameters = "") =>
        Objects(Bicep.Predict(Path.Combine(folder, "main.bicep"), Required + parameters, "--location", "westeurope"));

    /// <summary>What the events.bicep of some folder would make.</summary>
    public static IReadOnlyList<JsonObject> OfEvents(string folder) => Objects(Bicep.Predict(
        Path.Combine(folder, "events.bicep"),
        "param functionAppName = 'func-test'\nparam topicName = 'evgt-test'\nparam storageName = 'sttest'",
        "--resource-group", "rg-test"));

    private static IReadOnlyList<JsonObject> Objects(JsonArray resources) => [.. resources.Select(resource => resource!.AsObject())];
}
