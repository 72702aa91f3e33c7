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
            "post api/models/{version}/publish, Admin",
            "post api/score, Function",
            "put api/training/{label}/{name}, Function",
        ],
        Trigger.OfKind("HttpTrigger")
            .Select(trigger => $"{trigger.Arguments[1]} {ClassifierRoutes.Prefix}/{trigger.Named["Route"]}, {trigger.Arguments[0]}")
            .Order(StringComparer.Ordinal));

    [Fact]
    public void TheTriggersAreTheRoutesOfCoreWithTheirMethods() => Assert.Equal(
        ClassifierRoutes.All.Order(),
        Trigger.OfKind("HttpTrigger").Select(trigger => (trigger.Arguments[1].ToUpperInvariant(), trigger.Named["Route"])).Order());
}
