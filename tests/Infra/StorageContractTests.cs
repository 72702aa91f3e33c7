using System.Reflection;
using System.Text.Json.Nodes;
using ClockFunctions.Core.Storage;

namespace ClockFunctions.Tests.Infra;

public class StorageContractTests
{
    private const string Container = "Microsoft.Storage/storageAccounts/blobServices/containers";

    [Fact]
    public void EveryContainerThatCoreUsesIsMadeAndNoOtherButTheDeploymentsOwn() => Assert.Equal(
        typeof(StorageContainers).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (string)field.GetRawConstantValue()!).Concat(["app-package", "dead-letter"]).Order(StringComparer.Ordinal),
        Deployment.OfType(Deployment.Open, Container).Select(Deployment.LastName).Order(StringComparer.Ordinal));

    [Fact]
    public void EventsAreRetriedForADayAndThenKeptInAContainerThatIsMade() => Assert.All(Deployment.Events, subscription =>
    {
        JsonNode properties = subscription["properties"]!;
        JsonNode deadLetter = properties["deadLetterWithResourceIdentity"]!;
        Assert.Equal(30, (int)properties["retryPolicy"]!["maxDeliveryAttempts"]!);
        Assert.Equal(1440, (int)properties["retryPolicy"]!["eventTimeToLiveInMinutes"]!);
        Assert.Equal("SystemAssigned", (string?)deadLetter["identity"]!["type"]);
        Assert.Contains(
            (string?)deadLetter["deadLetterDestination"]!["properties"]!["blobContainerName"],
            Deployment.OfType(Deployment.Open, Container).Select(Deployment.LastName));
    });

    [Theory]
    [InlineData("training/clock/a.jpg", "training")]
    [InlineData("inbox/a.jpg", "inbox")]
    [InlineData("training-old/clock/a.jpg", null)]
    [InlineData("models/heads/current.json", null)]
    [InlineData("scores/a.jpg.json", null)]
    [InlineData("Training/clock/a.jpg", null)]
    public void AnEventReachesTheSubscriptionOfItsContainerAndNoOther(string blob, string? subscription)
    {
        string[] parts = blob.Split('/', 2);
        string subject = $"/blobServices/default/containers/{parts[0]}/blobs/{parts[1]}";

        IEnumerable<string> reached = Deployment.Events
            .Where(candidate =>
            {
                JsonNode filter = candidate["properties"]!["filter"]!;
                bool exact = (bool)filter["isSubjectCaseSensitive"]!;
                return subject.StartsWith(
                    (string)filter["subjectBeginsWith"]!, exact ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);
            })
            .Select(Deployment.LastName);

        Assert.Equal(subscription is null ? [] : [subscription], reached);
    }

    [Fact]
    public void OnlyNewBlobsRaiseEvents() => Assert.All(Deployment.Events, subscription => Assert.Equal(
        ["Microsoft.Storage.BlobCreated"],
            subscription["properties"]!["filter"]!["includedEventTypes"]!.AsArray().Select(type => (string?)type)));
}
