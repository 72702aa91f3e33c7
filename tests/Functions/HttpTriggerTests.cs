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
            "post api/models/{version}/publish, Admin",
            "post api/score, Function",
            "put api/training/{label}/{name}, Function",
        ],
        Trigger.OfType("httpTrigger")
            .Select(trigger => $"{Method(trigger)} {ClassifierRoutes.Prefix}/{trigger["route"]}, {trigger["authLevel"]}")
            .Order(StringComparer.Ordinal));

    [Fact]
    public void TheTriggersAreTheRoutesOfCoreWithTheirMethodsAndThePage() => Assert.Equal(
        ClassifierRoutes.All.Append(("GET", ClassifierRoutes.Studio)).Order(),
        Trigger.OfType("httpTrigger").Select(trigger => (Method(trigger).ToUpperInvariant(), trigger["route"])).Order());

    private static string Method(Trigger trigger) => (string)Assert.Single(trigger.Binding["methods"]!.AsArray())!;
}
