using ClockFunctions.Core.Serving.CustomVision;
using ClockFunctions.Core.Serving.Http;

namespace ClockFunctions.Tests.Functions;

public class HttpTriggerTests
{
    [Fact]
    public void EveryRouteOfTheContractHasATriggerAndTheKeyItShould() => Assert.Equal(
        [
            "get api/health, Anonymous",
            "get api/model, Function",
            "get api/models, Function",
            "get api/models/{version}/report, Function",
            "get api/openapi.json, Function",
            "get api/studio, Anonymous",
            "get post delete patch api/customvision/{version}/{*path}, Anonymous",
            "post api/models/{version}/publish, Admin",
            "post api/score, Function",
            "put api/training/{label}/{name}, Function",
        ],
        Trigger.OfType("httpTrigger")
            .Select(trigger => $"{Method(trigger)} {ClassifierRoutes.Prefix}/{trigger["route"]}, {trigger["authLevel"]}")
            .Order(StringComparer.Ordinal));

    [Fact]
    public void TheTriggersAreTheRoutesOfCoreWithTheirMethodsAndThePageAndTheCustomVisionAddresses() => Assert.Equal(
        ClassifierRoutes.All
            .Append(("GET", ClassifierRoutes.Studio))
            .Append((string.Join(' ', CustomVisionEndpoints.Methods), CustomVisionEndpoints.Route)).Order(),
        Trigger.OfType("httpTrigger").Select(trigger => (Method(trigger).ToUpperInvariant(), trigger["route"])).Order());

    private static string Method(Trigger trigger) =>
        string.Join(' ', trigger.Binding["methods"]!.AsArray().Select(method => (string)method!));
}
