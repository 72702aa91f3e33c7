using ClockFunctions.Core.Storage;
using ClockFunctions.Tests.Infra;

namespace ClockFunctions.Tests.Functions;

public class EventTriggerTests
{
    [Fact]
    public void BlobTriggersListenToTheContainersOfCoreAndBindAClientNotTheContent()
    {
        IReadOnlyList<Trigger> triggers = Trigger.OfKind("BlobTrigger");

        Assert.Equal(
            [$"{StorageContainers.InboxName}/{{name}}", $"{StorageContainers.TrainingName}/{{name}}"],
                triggers.Select(trigger => trigger.Arguments[0]).Order());
        Assert.All(triggers, trigger =>
        {
            Assert.Equal("BlobClient", trigger.ParameterType);
            Assert.Equal(StorageConnection.DefaultName, trigger.Named["Connection"]);
        });
    }

    [Theory]
    [InlineData(FunctionSources.EventGrid, "EventGrid")]
    [InlineData(null, "LogsAndContainerScan")]
    public void BlobTriggersHearOfBlobsByEventsInAzureAndByScanningLocally(string? symbol, string source) =>
        Assert.All(Trigger.OfKind("BlobTrigger", symbol), trigger => Assert.Equal(source, trigger.Named["Source"]));

    [Fact]
    public void EachBlobTriggerIsSubscribedToExactlyItsContainer()
    {
        IEnumerable<(string Prefix, string Function)> subscribed = Deployment.Events.Select(subscription => (
            (string)subscription["properties"]!["filter"]!["subjectBeginsWith"]!,
            ((string)subscription["properties"]!["destination"]!["properties"]!["endpointUrl"]!).Split('\'')
                .Last(part => part.All(char.IsLetter) && part.Length > 0)));

        Assert.Equal(
            Trigger.OfKind("BlobTrigger")
                .Select(trigger => ($"/blobServices/default/containers/{trigger.Arguments[0].Split('/')[0]}/", trigger.Function)).Order(),
            subscribed.Order());
    }

    [Fact]
    public void TheWarmUpFunctionHasTheNameThatThePlatformAsksFor() =>
        Assert.Equal("warmup", Assert.Single(Trigger.OfKind("WarmupTrigger")).Function, ignoreCase: true);

    [Fact]
    public void TheTimerReconciles() => Assert.Equal("Reconcile", Assert.Single(Trigger.OfKind("TimerTrigger")).Function);
}
