using System.Collections.Concurrent;
using Azure;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Storage;

/// <summary>The trained heads and the pointer to the one that scorers serve: publishing one, and listing them all.</summary>
/// <remarks>
/// The pointer moves only after the version is complete, and by a conditional write. A process that dies at any instant
/// leaves the old version serving. Safe for concurrent use.
/// </remarks>
public sealed class ModelRegistry(StorageContainers containers, TimeProvider time)
{
    /// <summary>Versions read at the same time for a list.</summary>
    private const int ListConcurrency = 8;

    /// <summary>Weights that were read and found to be those of their manifest, by version: a list reads them once.</summary>
    private readonly ConcurrentDictionary<string, ETag> _checked = new();

    private TaskCompletionSource _published = NewSignal();

    /// <summary>Which version is current.</summary>
    public CurrentPointer Current { get; } = new(containers);

    /// <summary>The versions there are.</summary>
    public HeadVersions Versions { get; } = new(containers);

    /// <summary>Ends when this process moves the pointer the next time: its own scorers need not wait for their next poll then.</summary>
    public Task NextPublication => Volatile.Read(ref _published).Task;

    /// <summary>Every complete version that is whole, newest first.</summary>
    public async Task<IReadOnlyList<RegisteredHead>> ListAsync(CancellationToken cancellation) =>
        (await ListWithDamagedAsync(cancellation)).Heads;

    /// <summary>Every complete version, newest first, and what is damaged: one bad file must not hide the others.</summary>
    public async Task<(IReadOnlyList<RegisteredHead> Heads, IReadOnlyList<DamagedHead> Damaged)> ListWithDamagedAsync(
        CancellationToken cancellation)
    {
        CurrentHead current = await Current.ReadAsync(known: null, cancellation);
        ConcurrentBag<DamagedHead> damaged = current.Damage is { } damage ? [new DamagedHead("current.json", damage)] : [];
        VersionFolder[] folders = [.. (await Versions.ListFoldersAsync(cancellation)).Where(folder => folder.IsComplete)];
        RegisteredHead?[] heads = new RegisteredHead?[folders.Length];
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = ListConcurrency, CancellationToken = cancellation };
        await Parallel.ForAsync(0, folders.Length, parallel, async (i, stop) =>
        {
            try
            {
                HeadManifest manifest = await ReadCheckedAsync(folders[i], stop);
                heads[i] = new RegisteredHead(manifest, manifest.Version == current.Head?.Version);
            }
            catch (InvalidHeadException e)
            {
                damaged.Add(new DamagedHead(folders[i].Version, e.Message));
            }
            catch (UnknownVersionException)
            {
                // Deleted since it was listed: it belongs to neither list.
            }
        });
        return ([.. heads.OfType<RegisteredHead>()], [.. damaged.OrderByDescending(head => head.Version, StringComparer.Ordinal)]);
    }

    /// <summary>Makes a version the current one: publishes it, or rolls back to it. A damaged pointer is replaced like any other.</summary>
    /// <param name="version">A complete version.</param>
    /// <param name="expected">ETag of the pointer that is to be replaced; null when there must be none.</param>
    /// <param name="backbone">What the scorers run: a head of another backbone or pipeline is refused.</param>
    /// <param name="pipeline">Likewise.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The new pointer with its ETag.</returns>
    /// <exception cref="UnknownVersionException">There is no such complete version.</exception>
    /// <exception cref="InvalidHeadException">It is damaged, or not for this backbone and pipeline.</exception>
    /// <exception cref="RegistryConflictException">The pointer is not the expected one any more.</exception>
    public async Task<CurrentHead> PublishAsync(
        string version, ETag? expected, BackboneSpec backbone, Pipeline pipeline, CancellationToken cancellation)
    {
        (_, HeadManifest manifest) = await Versions.ReadHeadAsync(version, cancellation);
        if (HeadCompatibility.Refusal(manifest, backbone, pipeline) is { } refusal)
        {
            throw new InvalidHeadException(refusal);
        }

        CurrentHead before = await Current.ReadAsync(known: null, cancellation);
        if (before.ETag != expected)
        {
            return WantedOrLost(version, before);
        }

        string newest = await Versions.ReadNewestAsync(cancellation) ?? version;
        HeadPointer pointer = new(version, before.Head?.Version, newest, time.GetUtcNow());
        if (await Current.TryReplaceAsync(pointer, expected, cancellation) is not { } after)
        {
            return WantedOrLost(version, await Current.ReadAsync(known: null, cancellation));
        }

        Interlocked.Exchange(ref _published, NewSignal()).SetResult();
        return after;
    }

    /// <summary>The manifest of a version, after its weights were checked against it once.</summary>
    private async Task<HeadManifest> ReadCheckedAsync(VersionFolder folder, CancellationToken cancellation)
    {
        if (folder.Weights is { } weights && _checked.TryGetValue(folder.Version, out ETag whole) && whole == weights)
        {
            return await Versions.ReadManifestAsync(folder.Version, cancellation);
        }

        (_, HeadManifest manifest) = await Versions.ReadHeadAsync(folder.Version, cancellation);
        if (folder.Weights is { } read)
        {
            _checked[folder.Version] = read;
        }

        return manifest;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The pointer moved meanwhile. That is a conflict, unless it names the wanted version already.</summary>
    private static CurrentHead WantedOrLost(string wanted, CurrentHead now) => now.Head?.Version == wanted
        ? now
        : throw new RegistryConflictException(
            $"The current version changed meanwhile; it is {now.Head?.Version ?? (now.Damage is null ? "none" : "unreadable")} now.");
}
