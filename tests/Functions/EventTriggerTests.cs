using ClockFunctions.Core.Storage;
using ClockFunctions.Tests.Infra;

namespace ClockFunctions.Tests.Functions;

public class EventTriggerTests
{
    [Fact]
    public void BlobTriggersListenToTheContainersOfCoreAndBindAClientNotTheContent()
    {
        IReadOnlyList<Trigger> triggers = Trigger.OfType("blobTrigger");

        Assert.Equal(
            [$"{StorageContainers.InboxName}/{{name}}", $"{StorageContainers.TrainingName}/{{name}}"],
            triggers.Select(trigger => trigger["path"]).Order());
        Assert.All(triggers, trigger =>
        {
            // The host sends where the blob is to a client, and the whole blob to everything else.
            Assert.Equal("True", (string?)trigger.Binding["properties"]!["supportsDeferredBinding"]);
            Assert.Equal(StorageConnection.DefaultName, trigger["connection"]);
        });
    }

    [Fact]
    public void BlobTriggersHearOfBlobsByEventsInAzureAndByScanningLocally()
    {
        Assert.All(Trigger.OfType("blobTrigger"), trigger => Assert.Equal("EventGrid", trigger["source"]));
        Assert.All(
            Trigger.OfType("blobTrigger", FunctionsApp.BuiltForDebugging),
            trigger => Assert.Equal("LogsAndContainerScan", trigger["source"]));
    }

    [Fact]
    public void EachBlobTriggerIsSubscribedToExactlyItsContainer()
    {
        IEnumerable<(string Prefix, string Function)> subscribed = Deployment.Events.Select(subscription => (
            (string)subscription["properties"]!["filter"]!["subjectBeginsWith"]!,
            ((string)subscription["properties"]!["destination"]!["properties"]!["endpointUrl"]!).Split('\'')
                .Last(part => part.All(char.IsLetter) && part.Length > 0)));

        Assert.Equal(
            Trigger.OfType("blobTrigger")
                .Select(trigger => ($"/blobServices/default/containers/{trigger["path"].Split('/')[0]}/", trigger.Function)).Order(),
            subscribed.Order());
    }

    [Fact]
    public void TheWarmUpFunctionHasTheNameThatThePlatformAsksFor() =>
        Assert.Equal("warmup", Assert.Single(Trigger.OfType("warmupTrigger")).Function, ignoreCase: true);

    [Fact]
    public void TheTimerReconciles() => Assert.Equal("Reconcile", Assert.Single(Trigger.OfType("timerTrigger")).Function);
}
