using System.Diagnostics;

namespace ClockFunctions.Core.Serving;

/// <summary>Times consecutive stages: a metric for each, and a span for each when somebody traces.</summary>
internal struct StageClock
{
    private long last = Stopwatch.GetTimestamp();

    public StageClock()
    {
    }

    /// <summary>Ends a stage and starts the next.</summary>
    /// <returns>Milliseconds that the stage took, to the microsecond.</returns>
    public double Next(string stage)
    {
        long now = Stopwatch.GetTimestamp();
        TimeSpan took = Stopwatch.GetElapsedTime(last, now);
        last = now;
        Telemetry.StageDone(stage, took.TotalSeconds);
        if (Telemetry.Activities.HasListeners())
        {
            DateTimeOffset end = DateTimeOffset.UtcNow;
            using Activity? span = Telemetry.Activities.StartActivity(ActivityKind.Internal, startTime: end - took, name: stage);
            span?.SetEndTime(end.UtcDateTime);
        }

        return Math.Round(took.TotalMilliseconds, 3);
    }
}
