using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using ClockFunctions.Core.Observability;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Serving;

public class TelemetryTests
{
    [Fact]
    public async Task AScoreIsMeasuredByStageAndTraced()
    {
        ConcurrentBag<string> measured = [];
        ConcurrentBag<string> spans = [];
        using MeterListener meters = new();
        meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Telemetry.Name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        meters.SetMeasurementEventCallback<double>(
            (instrument, value, tags, _) => measured.Add($"{instrument.Name} {string.Join(",", tags.ToArray().Select(tag => tag.Value))}"));
        meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => measured.Add($"{instrument.Name} {tags[0].Value}"));
        meters.Start();
        using ActivityListener traces = new()
        {
            ShouldListenTo = source => source.Name == Telemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span => spans.Add($"{span.Parent?.OperationName} > {span.OperationName}"),
        };
        ActivitySource.AddActivityListener(traces);

        await using ServingHost host = await ServingHost.StartAsync();
        await ServingHost.JsonAsync(await host.ScoreAsync(SomePhoto.Jpeg()));
        await ServingHost.ProblemAsync(await host.ScoreAsync([1, 2, 3]), 415, "unknown-image-format");

        // Other tests may score at the same time: what is asked is that these are among the rest.
        Assert.Contains("clocks.score.duration scored", measured);
        Assert.Contains("clocks.score.duration unknown-image-format", measured);
        Assert.Contains("clocks.score.images summed", measured);
        foreach (string stage in (string[])["decode", "preprocess", "backbone", "head"])
        {
            Assert.Contains($"clocks.score.stage.duration {stage}", measured);
            Assert.Contains($"score image > {stage}", spans);
        }
    }
}
