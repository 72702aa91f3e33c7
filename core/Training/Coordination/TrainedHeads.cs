using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Storage;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Core.Training.Coordination;

/// <summary>
/// What a trainer asks the registry: was a head trained on this dataset, what is a new one compared with, and whose models are they?
/// </summary>
public sealed class TrainedHeads(ModelRegistry registry, ClassifierOptions options, BackboneSpec backbone, ILogger<TrainedHeads> logger)
{
    /// <summary>
    /// The version that was trained on this dataset, if it is the current or the newest one, with whether it only lacks the pointer.
    /// </summary>
    public async Task<(string? Version, bool Unfinished)> FindAsync(string fingerprint, CancellationToken cancellation)
    {
        CurrentHead current = await registry.Current.ReadAsync(known: null, cancellation);
        HeadManifest? currentHead = await ReadAsync(current.Head?.Version, cancellation);
        HeadManifest? newest = await ReadAsync(await registry.Versions.ReadNewestAsync(cancellation), cancellation);
        if ((current.Head is null ? newest : currentHead) is { } owner && owner.Target != options.Target)
        {
            return (owner.Version, false); // the registry belongs to another target
        }

        currentHead = Usable(currentHead);
        newest = Usable(newest);
        if (newest?.Fingerprint == fingerprint)
        {
            // The gate decided to publish it over the head that is current, and the pointer did not move: its trainer died in between.
            bool unfinished = newest.State == PublishingGate.Published && newest.Parent == currentHead?.Version
                && (current.Head is null || string.CompareOrdinal(newest.Version, current.Head.Newest) > 0);
            return (newest.Version, unfinished);
        }

        return (currentHead?.Fingerprint == fingerprint ? currentHead.Version : null, false);
    }

    /// <summary>
    /// Refuses to train where the models are about another target. A registry belongs to the target of its current version, or
    /// of its newest where none is current: two services that publish about different things would undo each other's work for ever.
    /// </summary>
    /// <exception cref="ForeignRegistryException">They are.</exception>
    public async Task ThrowIfForeignAsync(CancellationToken cancellation)
    {
        CurrentHead current = await registry.Current.ReadAsync(known: null, cancellation);
        string? version = current.Head?.Version ?? await registry.Versions.ReadNewestAsync(cancellation);
        if (await ReadAsync(version, cancellation) is { } owner && owner.Target != options.Target)
        {
            throw new ForeignRegistryException(owner.Target, options.Target);
        }
    }

    /// <summary>
    /// The pointer that a new head is to replace. One that was lost is made again first: else a worse model could take the place of
    /// a good one.
    /// </summary>
    public async Task<CurrentHead> ReadCurrentAsync(CancellationToken cancellation)
    {
        CurrentHead current = await registry.Current.ReadAsync(known: null, cancellation);
        return current.Head is not null
            ? current
            : await PointerRepair.TryAsync(registry, current.ETag, options.Target, () => backbone, options.Pipeline, cancellation)
            ?? current;
    }

    /// <summary>
    /// What a new head is compared with: the head that is served now; no head where nothing answers yet. In the place of a provisional
    /// one stands the zero-shot head: it was trained on every image that there was, so that no comparison on some of them would be fair.
    /// </summary>
    /// <returns>The head, and the version that is current; null when none is.</returns>
    public async Task<(IHead? Head, string? Version)> ReadBaselineAsync(CurrentHead current, CancellationToken cancellation)
    {
        if (Usable(await ReadAsync(current.Head?.Version, cancellation)) is { } manifest)
        {
            if (manifest.Provisional)
            {
                return (ZeroShotHeads.Of(options, backbone)?.Summed, manifest.Version);
            }

            try
            {
                return ((await registry.Versions.ReadHeadAsync(manifest.Version, cancellation)).Head, manifest.Version);
            }
            catch (InvalidHeadException damaged)
            {
                logger.LogError("The current head is damaged, so scorers do not serve it: {Reason}", damaged.Message);
            }
        }

        return (ZeroShotHeads.Of(options, backbone)?.Summed, null);
    }

    /// <summary>The manifest, if this configuration could serve its version; else null.</summary>
    private HeadManifest? Usable(HeadManifest? manifest) =>
        manifest?.Target == options.Target && HeadCompatibility.Refusal(manifest, backbone, options.Pipeline) is null ? manifest : null;

    /// <summary>The manifest of a version; null where there is none, or none that can be read.</summary>
    private async Task<HeadManifest?> ReadAsync(string? version, CancellationToken cancellation)
    {
        if (version is null)
        {
            return null;
        }

        try
        {
            return await registry.Versions.ReadManifestAsync(version, cancellation);
        }
        catch (Exception e) when (e is InvalidHeadException or UnknownVersionException)
        {
            logger.LogError("Version {Version} cannot be used: {Reason}", version, e.Message);
            return null;
        }
    }
}
