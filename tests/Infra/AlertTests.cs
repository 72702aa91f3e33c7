using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ClockFunctions.Core.Observability;
using ClockFunctions.Core.Serving.Http;

namespace ClockFunctions.Tests.Infra;

public partial class AlertTests
{
    private const string MetricAlerts = "Microsoft.Insights/metricAlerts";

    [Fact]
    public void FailedTrainingsPoisonMessagesScoringErrorsAndLatencyAreWatched() => Assert.Equal(
        ["clocks-poison-message", "clocks-scoring-errors", "clocks-scoring-latency", "clocks-training-failed"],
        Rules(Deployment.Open).Select(Deployment.LastName).Order());

    [Fact]
    public void TheTrainingAlertAsksForAMetricThatCoreRecords()
    {
        List<(string Name, string Outcome)> recorded = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == Telemetry.Name)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) =>
        {
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                recorded.Add((instrument.Name, $"{tag.Key}={tag.Value}"));
            }
        });
        listener.Start();

        Telemetry.TrainingDone("failed", seconds: 1);

        Match query = Asked().Match(Query("clocks-training-failed"));
        Assert.Contains((query.Groups["metric"].Value, $"{query.Groups["tag"].Value}={query.Groups["value"].Value}"), recorded);
    }

    [Theory]
    [InlineData("clocks-scoring-errors")]
    [InlineData("clocks-scoring-latency")]
    public void TheScoringAlertsAskForTheScoringRoute(string rule) => Assert.Contains(
        $"Url has \"/{ClassifierRoutes.Prefix}/{ClassifierRoutes.Score}\"", Query(rule));

    [Fact]
    public void ThePoisonAlertHasTheLogsThatItAsksFor()
    {
        JsonNode logged = Deployment.TheOne(Deployment.Open, "Microsoft.Insights/diagnosticSettings");

        Assert.StartsWith("StorageQueueLogs ", Query("clocks-poison-message"), StringComparison.Ordinal);
        Assert.Contains("/queueServices/default/", (string)logged["id"]!);
        Assert.Equal("StorageWrite", (string?)Assert.Single(logged["properties"]!["logs"]!.AsArray())!["category"]);
    }

    [Fact]
    public void EventsThatAreGivenUpOnAreWatchedWhereTheyAreCounted()
    {
        JsonObject alert = Deployment.TheOne(Deployment.Open, MetricAlerts);
        JsonNode criterion = Assert.Single(alert["properties"]!["criteria"]!["allOf"]!.AsArray())!;

        Assert.Equal("DeadLetteredCount", (string?)criterion["metricName"]);
        JsonObject topic = Deployment.TheOne(Deployment.Open, (string)criterion["metricNamespace"]!);
        Assert.Equal((string?)topic["id"], (string?)Assert.Single(alert["properties"]!["scopes"]!.AsArray()));
    }

    [Fact]
    public void AlertsAreMailedOnlyWhereAnAddressIsGiven()
    {
        Assert.All(Rules(Deployment.Open), rule => Assert.Empty(rule["properties"]!["actions"]!["actionGroups"]!.AsArray()));
        JsonObject group = Deployment.TheOne(Deployment.Closed, "Microsoft.Insights/actionGroups");
        Assert.Equal("operator@example.org", (string?)group["properties"]!["emailReceivers"]![0]!["emailAddress"]);
        Assert.All(
            Rules(Deployment.Closed),
            rule => Assert.Equal((string?)group["id"], (string?)rule["properties"]!["actions"]!["actionGroups"]![0]));
        Assert.Empty(Deployment.TheOne(Deployment.Open, MetricAlerts)["properties"]!["actions"]!.AsArray());
        JsonNode undelivered = Deployment.TheOne(Deployment.Closed, MetricAlerts)["properties"]!;
        Assert.Equal((string?)group["id"], (string?)undelivered["actions"]![0]!["actionGroupId"]);
    }

    private static string Query(string rule) => (string)Rules(Deployment.Open)
        .Single(candidate => Deployment.LastName(candidate) == rule)["properties"]!["criteria"]!["allOf"]![0]!["query"]!;

    private static IReadOnlyList<JsonObject> Rules(IReadOnlyList<JsonObject> resources) =>
        Deployment.OfType(resources, "Microsoft.Insights/scheduledQueryRules");

    [GeneratedRegex("""Name == "(?<metric>[^"]+)" and tostring\(Properties\["(?<tag>\w+)"\]\) == "(?<value>\w+)" """)]
    private static partial Regex Asked();
}
