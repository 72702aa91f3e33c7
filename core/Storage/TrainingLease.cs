using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace ClockFunctions.Core.Storage;

/// <summary>
/// The right to train: a lease on <c>training.lock</c>, which one process at a time has, renewed until it is
/// disposed of. Its id goes with everything that the trainer writes.
/// </summary>
/// <remarks>
/// The storage service forgets the lease of a dead trainer after <see cref="Duration"/>. On the same machine nobody
/// waits for that: the lock says whose lease it is, and a process that finds its holder dead releases that very lease
/// by its id, which changes nothing if somebody else has got the lease by then.
/// </remarks>
public sealed class TrainingLease : IAsyncDisposable
{
    /// <summary>A dead trainer elsewhere holds up the others for this long. The service allows 15–60 s.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);

    /// <summary>The lease is renewed this often, and a renewal may take so long.</summary>
    private static readonly TimeSpan RenewalInterval = Duration / 3;

    /// <summary>A release may take so long. A host that stops must not wait for a storage that is away.</summary>
    private static readonly TimeSpan ReleaseTimeout = TimeSpan.FromSeconds(5);

    private readonly BlobClient _lockBlob;
    private readonly BlobLeaseClient _lease;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _released = new();
    private readonly Task _renewing;

    private TrainingLease(BlobClient lockBlob, BlobLeaseClient lease, TimeProvider time)
    {
        _lockBlob = lockBlob;
        _lease = lease;
        _time = time;
        Lost = _lost.Token;
        _renewing = RenewAsync(_released.Token);
    }

    public string Id => _lease.LeaseId;

    /// <summary>Cancelled when the lease could not be renewed: the holder must stop, somebody else may be training.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Gets the lease, or null when another process has it.</summary>
    public static async Task<TrainingLease?> TryAcquireAsync(
        StorageContainers containers, TimeProvider time, CancellationToken cancellation)
    {
        BlobClient lockBlob = containers.Models.GetBlobClient("training.lock");
        BlobLeaseClient lease = lockBlob.GetBlobLeaseClient();
        bool acquired = await TryAcquireAsync(lockBlob, lease, cancellation)
            || (await TryReleaseOfDeadHolderAsync(lockBlob, cancellation) && await TryAcquireAsync(lockBlob, lease, cancellation));
        if (!acquired)
        {
            return null;
        }

        TrainingLease held = new(lockBlob, lease, time);
        try
        {
            await held.ConfirmAsync(cancellation);
            return held;
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Proves, by a write that only the holder can make, that the lease is still ours. Call it right before moving the pointer.
    /// </summary>
    /// <exception cref="TrainingLeaseLostException">It is not.</exception>
    public async Task ConfirmAsync(CancellationToken cancellation)
    {
        LockRecord record = new(Id, ProcessIdentity.Own, _time.GetUtcNow());
        BlobUploadOptions options = new() { Conditions = new BlobRequestConditions { LeaseId = Id } };
        try
        {
            await _lockBlob.UploadAsync(new BinaryData(JsonSerializer.SerializeToUtf8Bytes(record, Json.Indented)), options, cancellation);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            await _lost.CancelAsync();
            throw new TrainingLeaseLostException(e);
        }
    }

    /// <summary>
    /// Releases the lease, within 5 seconds. It does not throw when the storage fails: the service then forgets the lease after
    /// <see cref="Duration"/>, and an exception would hide the one that the holder may be throwing.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await _released.CancelAsync();
        await _renewing;
        using CancellationTokenSource inTime = new(ReleaseTimeout, _time);
        try
        {
            await _lease.ReleaseAsync(cancellationToken: inTime.Token);
        }
        // A cancellation here can only be the timeout, because the caller's token was not passed on. And a lease that was lost
        // before cannot be released, which the storage answers with a failure too.
        catch (Exception e) when (StorageFailure.Is(e, CancellationToken.None))
        {
        }

        _released.Dispose();
        _lost.Dispose();
    }

    /// <summary>
    /// Renews until the lease is released. The holder is told that it lost the lease when the storage says so, and otherwise one
    /// interval before the service could give the lease to somebody else, counted from when the last good renewal was asked for.
    /// </summary>
    private async Task RenewAsync(CancellationToken cancellation)
    {
        long renewed = _time.GetTimestamp();
        using PeriodicTimer timer = new(RenewalInterval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                long asked = _time.GetTimestamp();
                if (await TryRenewAsync(cancellation))
                {
                    renewed = asked;
                }
                else if (_lost.IsCancellationRequested || _time.GetElapsedTime(renewed) + RenewalInterval >= Duration)
                {
                    await _lost.CancelAsync();
                    return;
                }
            }
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            // The holder is releasing the lease, which ends a renewal that is under way. The library reports that in several forms.
        }
    }

    /// <summary>
    /// False when the storage did not answer in time (the lease lives on for a while), or said that the lease is not ours.
    /// </summary>
    private async Task<bool> TryRenewAsync(CancellationToken cancellation)
    {
        using CancellationTokenSource limit = new(RenewalInterval, _time);
        using CancellationTokenSource inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            await _lease.RenewAsync(cancellationToken: inTime.Token);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            await _lost.CancelAsync();
            return false;
        }
        // Whatever went wrong, the lease was not renewed. An exception that ended the renewal would leave the holder believing in it.
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    private static async Task<bool> TryAcquireAsync(BlobClient lockBlob, BlobLeaseClient lease, CancellationToken cancellation)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                await lease.AcquireAsync(Duration, cancellationToken: cancellation);
                return true;
            }
            catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.LeaseAlreadyPresent)
            {
                return false;
            }
            catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound && attempt == 0)
            {
                await CreateAsync(lockBlob, cancellation);
            }
        }
    }

    private static async Task CreateAsync(BlobClient lockBlob, CancellationToken cancellation)
    {
        try
        {
            BlobUploadOptions onlyNew = new() { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
            await lockBlob.UploadAsync(BinaryData.FromString("{}"), onlyNew, cancellation);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            // Somebody else made it.
        }
    }

    private static async Task<bool> TryReleaseOfDeadHolderAsync(BlobClient lockBlob, CancellationToken cancellation)
    {
        try
        {
            BlobDownloadResult content = await lockBlob.DownloadContentAsync(cancellation);
            LockRecord? record = content.Content.ToObjectFromJson<LockRecord>(Json.Compact);
            if (record is not { LeaseId: { } id, Holder: { } holder } || !holder.IsKnownDead())
            {
                return false;
            }

            await lockBlob.GetBlobLeaseClient(id).ReleaseAsync(cancellationToken: cancellation);
            return true;
        }
        catch (Exception e) when (e is JsonException || e is RequestFailedException { Status: 404 or 409 or 412 })
        {
            return false;
        }
    }

    /// <summary>Content of <c>training.lock</c>.</summary>
    private sealed record LockRecord(string? LeaseId, ProcessIdentity? Holder, DateTimeOffset At);
}
