using System.Diagnostics;
using ClockFunctions.Core.Observability;

namespace ClockFunctions.Tests.Observability;

public class ThreadProcessorTimeTests
{
    [Fact]
    public async Task AThreadThatWaitsForItsTurnIsNotCharged()
    {
        int threads = 4 * Environment.ProcessorCount;
        TimeSpan[] spent = new TimeSpan[threads];
        using Barrier start = new(threads);
        long began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, threads).Select(i => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait(TestContext.Current.CancellationToken);
                TimeSpan before = ThreadProcessorTime.Now;
                long until = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 2);
                while (Stopwatch.GetTimestamp() < until)
                {
                    // Wants a processor all the time, as the others do.
                }

                spent[i] = ThreadProcessorTime.Now - before;
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        TimeSpan wall = Stopwatch.GetElapsedTime(began);

        // By the stopwatch it would be half a second for each thread, four times what the processors have.
        TimeSpan sum = TimeSpan.FromTicks(spent.Sum(time => time.Ticks));
        Assert.InRange(sum, TimeSpan.FromMilliseconds(50), wall * Environment.ProcessorCount * 1.01);
    }

    [Fact]
    public void WorkIsCharged()
    {
        TimeSpan before = ThreadProcessorTime.Now;
        TimeSpan process = Environment.CpuUsage.TotalTime;
        while (ThreadProcessorTime.Now - before < TimeSpan.FromMilliseconds(100))
        {
            // Ends only if the clock goes.
        }

        Assert.True(Environment.CpuUsage.TotalTime - process >= TimeSpan.FromMilliseconds(90), "More than the process spent.");
    }
}
