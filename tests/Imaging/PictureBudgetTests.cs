using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Tests.Imaging;

/// <summary>Pictures wait for their share of memory, in the order in which they came.</summary>
public sealed class PictureBudgetTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly PictureBudget _budget = new(100);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatDoesNotFitWaitsUntilItDoes()
    {
        PictureBudget.Share first = _budget.Enter(60, Cancellation);
        Task<PictureBudget.Share> second = EnterAsync(50, 1);
        Assert.False(second.IsCompleted);

        first.ShrinkTo(50);

        (await second.WaitAsync(Patience, Cancellation)).Dispose();
        Assert.Equal(50, _budget.Held);
        first.Dispose();
        first.Dispose();
        Assert.Equal(0, _budget.Held);
    }

    [Fact]
    public async Task ALargeOneIsNotOvertakenBySmallOnes()
    {
        PictureBudget.Share first = _budget.Enter(60, Cancellation);
        Task<PictureBudget.Share> large = EnterAsync(90, 1);
        Task<PictureBudget.Share> small = EnterAsync(10, 2);
        Assert.False(small.IsCompleted);

        first.Dispose();

        PictureBudget.Share whole = await large.WaitAsync(Patience, Cancellation);
        (await small.WaitAsync(Patience, Cancellation)).Dispose();
        whole.Dispose();
        Assert.Equal(0, _budget.Held);
    }

    [Fact]
    public async Task WhoeverGivesUpMakesRoomForThoseBehind()
    {
        using PictureBudget.Share first = _budget.Enter(60, Cancellation);
        using CancellationTokenSource impatient = new();
        Task<PictureBudget.Share> large = Task.Run(() => _budget.Enter(90, impatient.Token), Cancellation);
        await WaitingAsync(1);
        Task<PictureBudget.Share> small = EnterAsync(10, 2);

        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);
        (await small.WaitAsync(Patience, Cancellation)).Dispose();
        Assert.Equal((60, 0), (_budget.Held, _budget.Waiting));
    }

    [Fact]
    public async Task NoBytesAreLostInAStorm()
    {
        Random random = new(7);
        (int Bytes, int Patience)[] asked = [.. Enumerable.Range(0, 400).Select(_ => (random.Next(1, 101), random.Next(0, 4)))];
        int most = 0;

        ParallelOptions parallel = new() { MaxDegreeOfParallelism = 8, CancellationToken = Cancellation };
        await Parallel.ForEachAsync(asked, parallel, async (ask, stop) =>
        {
            using CancellationTokenSource impatient = new(TimeSpan.FromMilliseconds(ask.Patience));
            try
            {
                using PictureBudget.Share share = _budget.Enter(ask.Bytes, impatient.Token);
                InterlockedMax(ref most, (int)_budget.Held);
                await Task.Yield();
                share.ShrinkTo(ask.Bytes / 2);
                await Task.Yield();
            }
            catch (OperationCanceledException)
            {
                // Some of them have no patience at all.
            }
        });

        Assert.InRange(most, 1, 100);
        Assert.Equal((0, 0), (_budget.Held, _budget.Waiting));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (int seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }

    /// <summary>Asks on another thread, and returns when that many wait.</summary>
    private Task<PictureBudget.Share> EnterAsync(long bytes, int waiting)
    {
        Task<PictureBudget.Share> entering = Task.Run(() => _budget.Enter(bytes, Cancellation), Cancellation);
        Assert.True(SpinWait.SpinUntil(() => _budget.Waiting == waiting, Patience));
        return entering;
    }

    private async Task WaitingAsync(int waiting)
    {
        while (_budget.Waiting != waiting)
        {
            await Task.Yield();
        }
    }
}
