using ClockFunctions.Core.Heads;

namespace ClockFunctions.Core.Storage;

/// <summary>Deletes trained versions that nobody is likely to want any more, so that <c>heads/</c> does not grow for ever.</summary>
/// <remarks>
/// The holder of the training lease runs it, so nobody else writes versions meanwhile. It keeps the newest versions, as
/// many of the newest that were published, and always the current one, those that it came from (a rollback needs them), and those that
/// are published under a name for Custom Vision's clients.
/// </remarks>
public sealed class HeadRetention(ModelRegistry registry, CustomVisionBlob names, TimeProvider time)
{
    /// <summary>
    /// A folder without a manifest may be a version that is just being written, by a trainer that lost its lease and does not
    /// know it yet. After this long it is the rest of a trainer, or of a deletion, that died.
    /// </summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    /// <summary>
    /// Versions deleted by one run at most: its time is bounded, because the lease is held meanwhile. The next run goes on.
    /// </summary>
    private const int MostDeletions = 100;

    /// <summary>Deletes what is too much.</summary>
    /// <param name="keep">How many versions to keep, and how many published ones; at least 1.</param>
    /// <param name="cancellation">Gives up between versions.</param>
    /// <returns>How many were deleted.</returns>
    public async Task<int> RunAsync(int keep, CancellationToken cancellation)
    {
        IReadOnlyList<VersionFolder> folders = await registry.Versions.ListFoldersAsync(cancellation);
        CurrentHead current = await registry.Current.ReadAsync(known: null, cancellation);
        if (current.Damage is not null || folders.Count <= keep)
        {
            return 0; // while nobody can say which version is current, none is deleted
        }

        HashSet<string> kept = await ChooseAsync(folders, current.Head, keep, cancellation);
        int deleted = 0;
        foreach (VersionFolder folder in folders.Reverse())
        {
            bool mayBeWritten = !folder.IsComplete && time.GetUtcNow() - folder.Modified < Abandoned;
            if (kept.Contains(folder.Version) || mayBeWritten || await IsCurrentAsync(folder.Version, cancellation))
            {
                continue;
            }

            await registry.Versions.DeleteAsync(folder.Version, cancellation);
            if (++deleted == MostDeletions)
            {
                break;
            }
        }

        return deleted;
    }

    private async Task<HashSet<string>> ChooseAsync(
        IReadOnlyList<VersionFolder> folders, HeadPointer? current, int keep, CancellationToken cancellation)
    {
        string[] complete = [.. folders.Where(folder => folder.IsComplete).Select(folder => folder.Version)];
        HashSet<string> kept = [.. complete.Take(keep), .. (await names.ReadAsync(cancellation)).Published.Values];
        int published = 0;
        foreach (string version in complete.TakeWhile(_ => published < keep))
        {
            if (await ReadAsync(version, cancellation) is { State: HeadManifest.Published })
            {
                kept.Add(version);
                published++;
            }
        }

        if (current is not null)
        {
            string?[] line = [current.Version, current.Previous, (await ReadAsync(current.Version, cancellation))?.Parent];
            kept.UnionWith(line.OfType<string>());
        }

        return kept;
    }

    private async Task<HeadManifest?> ReadAsync(string version, CancellationToken cancellation)
    {
        try
        {
            return await registry.Versions.ReadManifestAsync(version, cancellation);
        }
        catch (Exception e) when (e is InvalidHeadException or UnknownVersionException)
        {
            return null; // cannot be read: it counts as never published
        }
    }

    /// <summary>Asked right before each deletion: somebody may have rolled back to the version since.</summary>
    private async Task<bool> IsCurrentAsync(string version, CancellationToken cancellation) =>
        await registry.Current.ReadAsync(known: null, cancellation) is var now && (now.Damage is not null || now.Head?.Version == version);
}
