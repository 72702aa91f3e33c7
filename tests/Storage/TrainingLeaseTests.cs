using System.Diagnostics;
using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using ClockFunctions.Core;
using ClockFunctions.Core.Storage;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Storage;

public sealed class TrainingLeaseTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private StorageContainers _containers = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private BlobClient LockBlob => _containers.Models.GetBlobClient("training.lock");

    public async ValueTask InitializeAsync()
    {
        _containers = new StorageContainers((await azurite.NewStorageAsync()).Client);
        await _containers.EnsureAsync(Stop);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task OneHasItUntilItIsReleased()
    {
        await using (TrainingLease? first = await AcquireAsync())
        {
            Assert.NotNull(first);
            Assert.Null(await AcquireAsync());
            await first.ConfirmAsync(Stop);
        }

        await using TrainingLease? second = await AcquireAsync();
        Assert.NotNull(second);
    }

    [Fact]
    public async Task WhoLostItIsTold()
    {
        await using TrainingLease lease = (await AcquireAsync())!;
        await LockBlob.GetBlobLeaseClient().BreakAsync(TimeSpan.Zero, cancellationToken: Stop);

        await Assert.ThrowsAsync<TrainingLeaseLostException>(() => lease.ConfirmAsync(Stop));
        Assert.True(lease.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task ADeadHolderOfThisMachineHoldsNobodyUp()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems wait for the lease to run out.");
        await HoldAsync(await DeadProcessAsync());

        await using TrainingLease? lease = await AcquireAsync();

        Assert.NotNull(lease);
    }

    [Fact]
    public async Task ALivingHolderKeepsIt()
    {
        await HoldAsync(ProcessIdentity.Own);

        Assert.Null(await AcquireAsync());
    }

    [Fact]
    public async Task AHolderOfAnotherMachineKeepsIt()
    {
        await HoldAsync((await DeadProcessAsync()) with { Space = "another machine" });

        Assert.Null(await AcquireAsync());
    }

    [Fact]
    public async Task ANoteOfADeadHolderDoesNotCostTheNextOneItsLease()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems wait for the lease to run out.");
        // The note is about a lease that is gone; somebody has acquired a new one and not written the note yet.
        await HoldAsync(await DeadProcessAsync(), notedLease: Guid.NewGuid().ToString());

        Assert.Null(await AcquireAsync());
        Assert.Equal(LeaseState.Leased, (await LockBlob.GetPropertiesAsync(cancellationToken: Stop)).Value.LeaseState);
    }

    /// <summary>Leases the lock as a process would that died before it could release it.</summary>
    private async Task HoldAsync(ProcessIdentity holder, string? notedLease = null)
    {
        await LockBlob.UploadAsync(BinaryData.FromString("{}"), Stop);
        BlobLeaseClient lease = LockBlob.GetBlobLeaseClient();
        await lease.AcquireAsync(TrainingLease.Duration, cancellationToken: Stop);
        string note = JsonSerializer.Serialize(
            new { LeaseId = notedLease ?? lease.LeaseId, Holder = holder, At = DateTimeOffset.UtcNow }, Json.Compact);
        BlobUploadOptions options = new() { Conditions = new BlobRequestConditions { LeaseId = lease.LeaseId } };
        await LockBlob.UploadAsync(BinaryData.FromString(note), options, Stop);
    }

    private static async Task<ProcessIdentity> DeadProcessAsync()
    {
        using Process process = Process.Start("true");
        await process.WaitForExitAsync(Stop);
        return ProcessIdentity.Own with { Pid = process.Id, StartTicks = ProcessIdentity.Own.StartTicks + 1 };
    }

    private Task<TrainingLease?> AcquireAsync() => TrainingLease.TryAcquireAsync(_containers, TimeProvider.System, Stop);
}
