using System.Reflection;
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
        Trigger.OfKind("HttpTrigger").Select(trigger => $"{trigger.Arguments[1]} {ClassifierRoutes.Prefix}/{trigger.Named["Route"]}, {trigger.Arguments[0]}").Order(StringComparer.Ordinal));

    [Fact]
    public void NoRouteOfCoreIsLeftOut() => Assert.Equal(
        typeof(ClassifierRoutes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.Name != nameof(ClassifierRoutes.Prefix)).Select(field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal),
        Trigger.OfKind("HttpTrigger").Select(trigger => trigger.Named["Route"]).Order(StringComparer.Ordinal));
}
