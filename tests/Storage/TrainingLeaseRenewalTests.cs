using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using ClockFunctions.Core.Storage;
using ClockFunctions.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace ClockFunctions.Tests.Storage;

/// <summary>The lease's clock is the test's; the leases are those of a real Azurite.</summary>
public sealed class TrainingLeaseRenewalTests(AzuriteFixture azurite) : IAsyncLifetime
{
    /// <summary>A slow machine may take long; what never happens takes for ever.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Interval = TrainingLease.Duration / 3;

    private readonly RenewalTime _time = new();
    private FickleStorage _fickle = null!;
    private StorageContainers _containers = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _fickle = await FickleStorage.StartAsync(await azurite.NewStorageAsync());
        BlobClientOptions once = new() { Retry = { MaxRetries = 0 } };
        _containers = new StorageContainers(new BlobServiceClient(_fickle.Storage.ConnectionString, once));
        await _containers.EnsureAsync(Stop);
    }

    public ValueTask DisposeAsync() => _fickle.DisposeAsync();

    [Fact]
    public async Task ALeaseIsRenewedThreeTimesWithinItsDurationForAsLongAsItIsHeld()
    {
        await using TrainingLease lease = await AcquireAsync();

        for (int renewals = 1; renewals <= 9; renewals++)
        {
            _time.Advance(Interval - TimeSpan.FromTicks(1));
            Assert.Equal(renewals - 1, Requests("renew"));
            await RenewAsync(TimeSpan.FromTicks(1));
            Assert.Equal(renewals, Requests("renew"));
        }

        Assert.False(lease.Lost.IsCancellationRequested);
        await lease.ConfirmAsync(Stop);
    }

    [Fact]
    public async Task WhoseLeaseWasTakenIsToldAtTheNextRenewal()
    {
        await using TrainingLease lease = await AcquireAsync();
        await _containers.Models.GetBlobClient("training.lock").GetBlobLeaseClient().BreakAsync(TimeSpan.Zero, cancellationToken: Stop);

        _time.Advance(Interval);

        await LostAsync(lease);
    }

    [Theory]
    [InlineData(StorageFault.Error503)]
    [InlineData(StorageFault.EmptyXml500)]
    [InlineData(StorageFault.Html502)]
    [InlineData(StorageFault.Reset)]
    [InlineData(StorageFault.LostAnswer)]
    public async Task OneRenewalThatFailsCostsNoLease(StorageFault fault)
    {
        await using TrainingLease lease = await AcquireAsync();

        for (int i = 0; i < 3; i++)
        {
            _fickle.Spoil(fault);
            await RenewAsync(Interval);
            _fickle.Spoil(StorageFault.None);
            await RenewAsync(Interval);
        }

        Assert.False(lease.Lost.IsCancellationRequested);
        await lease.ConfirmAsync(Stop);
    }

    [Theory]
    [InlineData(StorageFault.Error503)]
    [InlineData(StorageFault.EmptyXml500)]
    [InlineData(StorageFault.Reset)]
    public async Task ALeaseThatCannotBeRenewedIsGivenUpBeforeSomebodyElseCanHaveIt(StorageFault fault)
    {
        await using TrainingLease lease = await AcquireAsync();
        await RenewAsync(Interval);
        DateTimeOffset renewed = _time.GetUtcNow();
        _fickle.Spoil(fault);

        await RenewAsync(Interval);
        Assert.False(lease.Lost.IsCancellationRequested);
        _time.Advance(Interval);

        await LostAsync(lease);
        Assert.Equal(TrainingLease.Duration - Interval, _time.GetUtcNow() - renewed);
    }

    [Fact]
    public async Task AStorageThatHangsCountsAsOneThatDoesNotRenew()
    {
        await using TrainingLease lease = await AcquireAsync();
        DateTimeOffset acquired = _time.GetUtcNow();
        _fickle.Spoil(StorageFault.Hang);

        _time.Advance(Interval);
        await UntilAsync(() => Requests("renew") == 1);
        Assert.False(lease.Lost.IsCancellationRequested);
        _time.Advance(Interval);

        await LostAsync(lease);
        Assert.True(_time.GetUtcNow() - acquired < TrainingLease.Duration, "Somebody else may have it by now.");
    }

    [Fact]
    public async Task AReleaseDoesNotWaitForAStorageThatHangs()
    {
        TrainingLease lease = await AcquireAsync();
        _fickle.Spoil(StorageFault.Hang);

        Task disposing = lease.DisposeAsync().AsTask();
        await UntilAsync(() => Requests("release") == 1);
        Assert.False(disposing.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(5));

        await disposing.WaitAsync(Patience, Stop);
    }

    [Fact]
    public async Task ARenewalUnderWayDoesNotHoldUpTheRelease()
    {
        TrainingLease lease = await AcquireAsync();
        _fickle.Spoil(request => IsAction(request, "renew") ? StorageFault.Hang : StorageFault.None);
        _time.Advance(Interval);
        await UntilAsync(() => Requests("renew") == 1);

        await lease.DisposeAsync().AsTask().WaitAsync(Patience, Stop);

        await using TrainingLease next = await AcquireAsync();
    }

    [Theory]
    [InlineData(StorageFault.Error503)]
    [InlineData(StorageFault.EmptyXml500)]
    [InlineData(StorageFault.Reset)]
    public async Task AReleaseThatFailsHidesNothingThatTheHolderThrows(StorageFault fault)
    {
        InvalidOperationException thrown = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await using TrainingLease lease = await AcquireAsync();
            _fickle.Spoil(fault);
            throw new InvalidOperationException("The holder's own.");
        });

        Assert.Equal("The holder's own.", thrown.Message);
        Assert.Equal(1, Requests("release"));
    }

    private static bool IsAction(HttpRequest request, string action) => request.Headers["x-ms-lease-action"] == action;

    private int Requests(string leaseAction) =>
        _fickle.Requests.Count(request => request.EndsWith($" {leaseAction}", StringComparison.Ordinal));

    private async Task<TrainingLease> AcquireAsync()
    {
        TrainingLease? lease = await TrainingLease.TryAcquireAsync(_containers, _time, Stop);
        Assert.NotNull(lease);
        return lease;
    }

    /// <summary>Lets time pass, and waits until the renewal that then comes is over.</summary>
    private async Task RenewAsync(TimeSpan passing)
    {
        Task over = _time.NextRenewal;
        _time.Advance(passing);
        await over.WaitAsync(Patience, Stop);
    }

    private static async Task LostAsync(TrainingLease lease)
    {
        TaskCompletionSource lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration told = lease.Lost.Register(() => lost.TrySetResult());
        await lost.Task.WaitAsync(Patience, Stop);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(Patience);
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), limit.Token);
        }
    }

    /// <summary>A clock that tells when a renewal is over: the timer that limits it is disposed of then.</summary>
    private sealed class RenewalTime : FakeTimeProvider
    {
        private TaskCompletionSource _over = New();

        public Task NextRenewal => Volatile.Read(ref _over).Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = base.CreateTimer(callback, state, dueTime, period);
            return period == Timeout.InfiniteTimeSpan && dueTime == Interval ? new Limit(timer, this) : timer;
        }

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

        private sealed class Limit(ITimer timer, RenewalTime time) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

            public void Dispose()
            {
                timer.Dispose();
                Interlocked.Exchange(ref time._over, New()).TrySetResult();
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
