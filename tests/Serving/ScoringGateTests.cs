using ClockFunctions.Core.Serving;
using ClockFunctions.Core.Settings;

namespace ClockFunctions.Tests.Serving;

public sealed class ScoringGateTests : IDisposable
{
    private readonly ScoringGate _gate = new(new ServingOptions { Concurrency = 1, MaxQueue = 1 });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatFitsNeitherAPlaceNorTheQueueIsTurnedAwayAtOnce()
    {
        ScoringGate.Place? first = await _gate.TryEnterAsync(Cancellation);
        Task<ScoringGate.Place?> second = _gate.TryEnterAsync(Cancellation).AsTask();

        Assert.True(_gate.IsFull);
        Assert.Null(await _gate.TryEnterAsync(Cancellation));
        Assert.False(second.IsCompleted);

        first!.Dispose();
        Assert.NotNull(await second);
        Assert.False(_gate.IsFull);
    }

    [Fact]
    public async Task WhoeverGivesUpWaitingLeavesTheQueue()
    {
        using ScoringGate.Place? first = await _gate.TryEnterAsync(Cancellation);
        using CancellationTokenSource impatient = new();
        Task<ScoringGate.Place?> second = _gate.TryEnterAsync(impatient.Token).AsTask();
        Assert.Equal(1, _gate.Waiting);

        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Equal(0, _gate.Waiting);
    }

    [Fact]
    public async Task LeavingTwiceFreesOnePlace()
    {
        ScoringGate.Place? first = await _gate.TryEnterAsync(Cancellation);
        first!.Dispose();
        first.Dispose();

        using ScoringGate.Place? second = await _gate.TryEnterAsync(Cancellation);
        Task<ScoringGate.Place?> third = _gate.TryEnterAsync(Cancellation).AsTask();
        Assert.False(third.IsCompleted);
        second!.Dispose();
        (await third)!.Dispose();
    }

    [Fact]
    public async Task ARequestGetsAllItsPlacesInTheQueueOrNone()
    {
        using ScoringGate gate = new(new ServingOptions { Concurrency = 1, MaxQueue = 3 });
        using ScoringGate.Place? taken = await gate.TryEnterAsync(Cancellation);

        Assert.Null(gate.TryAdmit(4));
        Assert.Equal(0, gate.Waiting); // nothing of it stays behind
        using ScoringGate.Admission? form = gate.TryAdmit(3);
        Assert.NotNull(form);
        Assert.Equal(3, gate.Waiting);
        Assert.True(gate.IsFull);
        Assert.Null(await gate.TryEnterAsync(Cancellation));

        taken!.Dispose();
        for (int i = 0; i < 3; i++)
        {
            (await form.EnterAsync(Cancellation)).Dispose();
        }

        Assert.False(gate.IsFull);
        await Assert.ThrowsAsync<InvalidOperationException>(() => form.EnterAsync(Cancellation).AsTask());
    }

    [Fact]
    public void WhoeverGivesUpARequestGivesUpAllItsPlaces()
    {
        using ScoringGate gate = new(new ServingOptions { Concurrency = 1, MaxQueue = 3 });
        for (int i = 0; i < 10; i++)
        {
            gate.TryAdmit(4)!.Dispose();
        }

        Assert.Equal(0, gate.Waiting);
        Assert.False(gate.IsFull);
    }

    [Fact]
    public void RetryAfterIsAtLeastASecond() => Assert.Equal(TimeSpan.FromSeconds(1), _gate.RetryAfter);

    public void Dispose() => _gate.Dispose();
}
