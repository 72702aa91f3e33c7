namespace ClockFunctions.Tests.Support;

/// <summary>Waits for what happens by itself.</summary>
public static class Eventually
{
    /// <summary>A slow machine may take long; what never happens takes for ever.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), what);

    /// <summary>Asks again and again until the answer is yes.</summary>
    /// <param name="condition">The question.</param>
    /// <param name="what">Says what did not happen, if it does not.</param>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        long start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, $"It did not happen: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), stop);
        }
    }
}
