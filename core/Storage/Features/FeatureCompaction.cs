namespace ClockFunctions.Core.Storage.Features;

/// <summary>
/// Keeps the cache in few, large blocks that hold little that nobody needs: so that a retraining reads some files,
/// not one an image, and what was deleted from the training container goes from here too.
/// </summary>
/// <remarks>
/// The holder of the training lease runs it. It writes packs, reads them back, and only then deletes what they
/// replace; a process that dies in between leaves rows twice, which harms nobody and is mended by the next compaction.
/// </remarks>
public static class FeatureCompaction
{
    /// <summary>Blocks may pile up to this many, beside full packs, before the small ones are merged.</summary>
    public const int MostSmallBlocks = 16;

    /// <summary>A pack is closed at this size: large enough for few requests, small enough to be held in memory twice.</summary>
    private const int PackBytes = 16 * 1024 * 1024;

    /// <summary>
    /// Blocks that one run replaces, and packs that it writes, at most: its time is bounded, because the lease is held
    /// meanwhile. The next run goes on.
    /// </summary>
    private const int MostSources = 2 * MostSmallBlocks;

    private const int MostPacks = 4;

    /// <summary>Compacts if it is worth it.</summary>
    /// <param name="cache">Refreshed before <paramref name="live"/> was listed: what it knows and the listing lacks was deleted.</param>
    /// <param name="live">The training container.</param>
    /// <param name="cancellation">Gives up between steps.</param>
    /// <returns>How many blocks were replaced.</returns>
    public static async Task<int> RunAsync(FeatureCache cache, IReadOnlyList<TrainingBlob> live, CancellationToken cancellation)
    {
        foreach (string name in cache.Damaged)
        {
            await cache.DeleteAsync(name, cancellation);
        }

        HashSet<(string, string)> versions = [.. live.Select(blob => (blob.Name, blob.Version))];
        HashSet<string> contents = [];
        foreach (TrainingBlob blob in live)
        {
            if (cache.TryFindBlob(blob, out KnownBlob? known) && known.ContentHash is { } hash)
            {
                contents.Add(hash);
            }
        }

        string[] sources = Choose(cache, contents);
        if (sources.Length == 0)
        {
            return 0;
        }

        await MergeAsync(cache, sources, versions, contents, cancellation);
        await Parallel.ForEachAsync(sources, cancellation, async (name, stop) => await cache.DeleteAsync(name, stop));
        return sources.Length;
    }

    /// <summary>
    /// Blocks more than half of which nobody needs; and, when the small ones are too many, those that together are as
    /// large as the next larger one or larger, so that a row is written again only a few times in its life.
    /// </summary>
    private static string[] Choose(FeatureCache cache, HashSet<string> contents)
    {
        int pack = RowsPerPack(cache.Key);
        List<string> chosen = [];
        int rows = 0;
        foreach ((string name, FeatureBlockFile block) in cache.Index.Blocks)
        {
            int needed = block.Index.Rows.Count(contents.Contains);
            if (needed * 2 < block.Index.Rows.Count && rows < MostPacks * pack)
            {
                chosen.Add(name);
                rows += needed;
            }
        }

        KeyValuePair<string, FeatureBlockFile>[] small = [.. cache.Index.Blocks
            .Where(b => b.Value.Index.Rows.Count < pack / 2 && !chosen.Contains(b.Key)).OrderBy(b => b.Value.Index.Rows.Count)];
        if (small.Length > MostSmallBlocks)
        {
            int merged = 0;
            for (int i = 0; i < small.Length && (i < MostSmallBlocks || small[i].Value.Index.Rows.Count <= merged)
                && rows + merged < MostPacks * pack; i++)
            {
                merged += small[i].Value.Index.Rows.Count;
                chosen.Add(small[i].Key);
            }
        }

        return [.. chosen.Take(MostSources)];
    }

    private static async Task MergeAsync(
        FeatureCache cache, string[] sources, HashSet<(string, string)> versions, HashSet<string> contents, CancellationToken cancellation)
    {
        HashSet<string> written = [];
        List<FeatureRow> rows = [];
        KnownBlob[] blobs = [.. sources
            .SelectMany(name => cache.Index.Blocks.TryGetValue(name, out FeatureBlockFile? block) ? block.Index.Blobs : [])
            .Where(blob => versions.Contains((blob.Name, blob.Version))).Distinct()];
        foreach (string name in sources)
        {
            foreach (FeatureRow row in await cache.ReadBlockAsync(name, cancellation))
            {
                if (contents.Contains(row.ContentHash) && written.Add(row.ContentHash))
                {
                    rows.Add(row);
                    if (rows.Count == RowsPerPack(cache.Key))
                    {
                        await WritePackAsync(cache, new FeatureBlock(blobs, rows), cancellation);
                        (blobs, rows) = ([], []);
                    }
                }
            }
        }

        if (rows.Count > 0 || blobs.Length > 0)
        {
            await WritePackAsync(cache, new FeatureBlock(blobs, rows), cancellation);
        }
    }

    private static async Task WritePackAsync(FeatureCache cache, FeatureBlock pack, CancellationToken cancellation)
    {
        string name = await cache.WriteAsync("pack", pack, cancellation);
        FeatureRow[] back = await cache.ReadBlockAsync(name, cancellation); // checks every byte of the rows
        if (back.Length != pack.Rows.Count)
        {
            throw new DamagedBlockException($"{name} could not be read back; what it was to replace stays.");
        }
    }

    private static int RowsPerPack(FeatureKey key) => Math.Max(64, PackBytes / (key.RowLength * 2));
}
