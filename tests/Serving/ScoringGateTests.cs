using ClockFunctions.Core.Serving;

namespace ClockFunctions.Tests.Serving;

public sealed class ScoringGateTests : IDisposable
{
    private readonly ScoringGate gate = new(new ServingOptions { Concurrency = 1, MaxQueue = 1 });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatFitsNeitherAPlaceNorTheQueueIsTurnedAwayAtOnce()
    {
        ScoringGate.Place? first = await gate.TryEnterAsync(Cancellation);
        Task<ScoringGate.Place?> second = gate.TryEnterAsync(Cancellation).AsTask();

        Assert.True(gate.IsFull);
        Assert.Null(await gate.TryEnterAsync(Cancellation));
        Assert.False(second.IsCompleted);

        first!.Dispose();
        Assert.NotNull(await second);
        Assert.False(gate.IsFull);
    }

    [Fact]
    public async Task WhoeverGivesUpWaitingLeavesTheQueue()
    {
        using ScoringGate.Place? first = await gate.TryEnterAsync(Cancellation);
        using CancellationTokenSource impatient = new();
        Task<ScoringGate.Place?> second = gate.TryEnterAsync(impatient.Token).AsTask();
        Assert.Equal(1, gate.Waiting);

        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Equal(0, gate.Waiting);
    }

    [Fact]
    public async Task LeavingTwiceFreesOnePlace()
    {
        ScoringGate.Place? first = await gate.TryEnterAsync(Cancellation);
        first!.Dispose();
        first.Dispose();

        using ScoringGate.Place? second = await gate.TryEnterAsync(Cancellation);
        Task<ScoringGate.Place?> third = gate.TryEnterAsync(Cancellation).AsTask();
        Assert.False(third.IsCompleted);
        second!.Dispose();
        (await third)!.Dispose();
    }

    [Fact]
    public void RetryAfterIsAtLeastASecond() => Assert.Equal(TimeSpan.FromSeconds(1), gate.RetryAfter);

    public void Dispose() => gate.Dispose();
}
