using Azure;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Observability;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Storage;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Core.Serving;

/// <summary>
/// The learned model that scores now. Follows the registry's pointer without a restart; a head that fails its checks
/// is refused, and the one before it goes on serving.
/// </summary>
/// <remarks>Scores take <see cref="Served"/> once and keep it to their end, so a swap disturbs none.</remarks>
public sealed class CurrentModel(
    ClassifierOptions options, Func<ModelRegistry> registry, BackboneCatalogue backbones, TimeProvider time, ILogger<CurrentModel> logger)
    : IDisposable
{
    /// <summary>How long the first scores wait to learn whether a model is published, rather than answer zero-shot beside one.</summary>
    private static readonly TimeSpan FirstPollGrace = TimeSpan.FromSeconds(2);

    /// <summary>A poll that takes longer counts as failed, and the next one starts afresh.</summary>
    private static readonly TimeSpan PollTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How often a version that was refused is looked at again: its files may have been mended.</summary>
    private static readonly TimeSpan RefusedRetry = TimeSpan.FromSeconds(5);

    private const int MostRefusals = 10;

    private readonly SemaphoreSlim _polling = new(1);
    private readonly TaskCompletionSource _firstPoll = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ServedModel? _served;
    private volatile IReadOnlyList<RefusedHead> _refused = [];
    private volatile RefusedHead? _standing;
    private volatile string? _storageProblem;
    private volatile ScoreModel? _unlearned;
    private ETag? _known;
    private (CurrentHead Pointer, long At)? _untaken;
    private string? _told;
    private string? _unjudged;
    private int _failures;

    /// <summary>What serves now; null while the zero-shot head answers, or nothing.</summary>
    public ServedModel? Served => _served;

    /// <summary>What answers now: the learned model, the zero-shot head, or nothing.</summary>
    public ScoreModel Answering => Describe(_served);

    /// <summary>Published heads that were not taken, newest first, at most ten.</summary>
    public IReadOnlyList<RefusedHead> Refused => _refused;

    /// <summary>Why what the pointer says does not serve now; null when it does, or when nothing is published.</summary>
    public RefusedHead? Standing => _standing;

    /// <summary>Why the last poll failed; null when it did not.</summary>
    public string? StorageProblem => _storageProblem;

    /// <summary>Whether the registry answered at least once.</summary>
    public bool Polled => _firstPoll.Task.IsCompletedSuccessfully;

    /// <summary>What serves now; at the very start, after a short wait for the registry's first answer.</summary>
    public async ValueTask<ServedModel?> GetAsync(CancellationToken cancellation)
    {
        if (!_firstPoll.Task.IsCompleted && _storageProblem is null)
        {
            // Without an answer the zero-shot head serves: a storage that is away must not keep anybody from scoring.
            await Task.WhenAny(_firstPoll.Task, Task.Delay(FirstPollGrace, time, cancellation));
            cancellation.ThrowIfCancellationRequested();
        }

        return _served;
    }

    /// <summary>
    /// Asks the registry once and takes what is new. Does not throw when the storage is away (see <see cref="StorageProblem"/>),
    /// nor when the backbone is missing: then no head can be judged, and the next poll asks again.
    /// </summary>
    public async Task PollAsync(CancellationToken cancellation)
    {
        await _polling.WaitAsync(cancellation);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(PollTimeout);
        try
        {
            CurrentHead current = await registry().Current.ReadAsync(_known, limit.Token);
            if (current.Head is null && (current.Changed || !Polled))
            {
                // Damaged or gone: the newest version that was published takes its place, whoever notices it first.
                current = await RepairAsync(current, limit.Token);
            }

            if (current.Changed)
            {
                await TakeAsync(current, limit.Token);
                _known = current.ETag;
            }
            else if (_untaken is { } untaken && time.GetElapsedTime(untaken.At) >= RefusedRetry)
            {
                await TakeAsync(untaken.Pointer, limit.Token);
            }

            Answered();
        }
        catch (BackboneException e)
        {
            TellUnjudged(e.Message);
            Answered();
        }
        catch (Exception e) when (StorageFailure.Is(e, cancellation))
        {
            // One failure alone is worth no warning: a storage that starts together with this host needs a moment.
            _failures++;
            string reason = StorageFailure.Reason(e);
            if (_failures > 1 && reason != _told)
            {
                _told = reason;
                logger.LogWarning(
                    "The model registry does not answer; {Model} goes on serving: {Reason}",
                    Answering.Version, reason);
            }

            _storageProblem = reason;
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // The loop that runs this logs the failure. It is noted here because scores wait until the first poll has ended somehow.
            _storageProblem = "The published model could not be read.";
            throw;
        }
        finally
        {
            _polling.Release();
        }
    }

    public void Dispose() => _polling.Dispose();

    /// <summary>Makes a new pointer where it is damaged or gone.</summary>
    /// <returns>The new one; the old answer where there is nothing that it could name.</returns>
    private async Task<CurrentHead> RepairAsync(CurrentHead broken, CancellationToken cancellation)
    {
        CurrentHead? repaired = await PointerRepair.TryAsync(
            registry(), broken.ETag, options.Target, () => backbones.Resolve(options.Backbone).Spec, options.Pipeline, cancellation);
        if (repaired is null)
        {
            return broken;
        }

        logger.LogWarning(
            "The pointer to the current model was {Damage}; it names {Version} now, the newest that was published",
            broken.Damage ?? "gone", repaired.Head?.Version);
        return repaired;
    }

    private void Answered()
    {
        if (_told is not null)
        {
            logger.LogInformation("The model registry answers again");
        }

        (_storageProblem, _told, _failures) = (null, null, 0);
        if (_firstPoll.TrySetResult() && _served is null)
        {
            Telemetry.ModelChanged(null, Answering.Version);
        }
    }

    private async Task TakeAsync(CurrentHead current, CancellationToken cancellation)
    {
        if (current.Head is null)
        {
            _untaken = null;
            _standing = current.Damage is { } damage ? Refuse("current.json", damage) : null;
            if (_standing is null)
            {
                Serve(null);
            }

            return;
        }

        (ServedModel? taken, RefusedHead? refused) = await LoadAsync(current.Head.Version, current.ETag, cancellation);
        if (taken is null && _served is null && current.Head.Previous is { } previous)
        {
            // Started beside a bad head: the one that it replaced is the best there is.
            (taken, _) = await LoadAsync(previous, null, cancellation);
        }

        _standing = refused;
        _untaken = refused is null ? null : (current, time.GetTimestamp());
        if (taken is not null)
        {
            Serve(taken);
        }
    }

    private async Task<(ServedModel? Model, RefusedHead? Refused)> LoadAsync(string version, ETag? etag, CancellationToken cancellation)
    {
        // Before the head is read: without a backbone it could not be judged, and would be read again by every poll.
        BackboneSpec backbone = backbones.Resolve(options.Backbone).Spec;
        _unjudged = null;
        try
        {
            (LearnedHead head, HeadManifest manifest) = await registry().Versions.ReadHeadAsync(version, cancellation);
            return Refusal(manifest, options, backbone) is { } refusal
                ? (null, Refuse(version, refusal))
                : (new ServedModel(head, manifest, etag?.ToString("H")), null);
        }
        catch (Exception e) when (e is InvalidHeadException or UnknownVersionException)
        {
            return (null, Refuse(version, e.Message));
        }
    }

    /// <summary>Why a head must not serve under these settings; null when it may.</summary>
    /// <exception cref="BackboneException">The backbone of the settings cannot be found.</exception>
    public string? Refusal(HeadManifest manifest) => Refusal(manifest, options, backbones.Resolve(options.Backbone).Spec);

    /// <inheritdoc cref="Refusal(HeadManifest)"/>
    public static string? Refusal(HeadManifest manifest, ClassifierOptions options, BackboneSpec backbone) =>
        manifest.Target != options.Target
            ? $"Head {manifest.Version} answers about '{manifest.Target}', and the target is '{options.Target}'."
            : HeadCompatibility.Refusal(manifest, backbone, options.Pipeline);

    private void Serve(ServedModel? model)
    {
        string before = Answering.Version;
        _served = model;
        string version = Answering.Version;
        if (before != version)
        {
            Telemetry.ModelChanged(before, version);
            logger.LogInformation("Serving {Version} instead of {Before}", version, before);
        }
    }

    private ScoreModel Describe(ServedModel? served)
    {
        if (served is not null)
        {
            return new ScoreModel(served.Manifest.Version, served.Head.Kind, options.Backbone);
        }

        try
        {
            return _unlearned ??= ScoreModel.Unlearned(backbones.Resolve(options.Backbone).Spec) with { Backbone = options.Backbone };
        }
        catch (BackboneException)
        {
            // Not installed: nothing is scored, and health says why.
            return new ScoreModel(ScoreModel.ZeroShotVersion, "summed", options.Backbone);
        }
    }

    /// <summary>Logs, once for each reason, that the published head waits for its backbone.</summary>
    private void TellUnjudged(string reason)
    {
        if (_unjudged != reason)
        {
            _unjudged = reason;
            logger.LogError("The published head waits for the backbone: {Reason}", reason);
        }
    }

    private RefusedHead Refuse(string version, string reason)
    {
        if (_refused.FirstOrDefault(r => r.Version == version && r.Reason == reason) is { } told)
        {
            return told;
        }

        RefusedHead refused = new(version, reason, time.GetUtcNow());
        _refused = [refused, .. _refused.Take(MostRefusals - 1)];
        logger.LogError(
            "Refused head {Version}; {Serving} goes on serving: {Reason}", version, Answering.Version, reason);
        return refused;
    }
}

/// <summary>A published head that does not serve here.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Reason">Which check it failed.</param>
/// <param name="At">When it was refused.</param>
public sealed record RefusedHead(string Version, string Reason, DateTimeOffset At);
