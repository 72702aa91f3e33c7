using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Core.Storage.Features;

/// <summary>
/// The features of every image content under one key, computed once, by whichever process comes first. It also
/// remembers the content hash of every blob version, so that a listing is all that a fingerprint takes.
/// </summary>
/// <remarks>
/// Blocks are immutable: small deltas as images are ingested, compacted into packs by whoever holds the training
/// lease. A pack is written and verified before what it replaces is deleted, so at any instant, and whoever dies,
/// every row is in some block; readers take a row from any block that has it. A damaged block is left out, which
/// costs its rows' computation and nothing else. Safe for concurrent use.
/// </remarks>
public sealed class FeatureCache(StorageContainers containers, FeatureKey key, ILogger<FeatureCache> logger) : IDisposable
{
    /// <summary>Requests at the same time. More do not make one client faster.</summary>
    private const int Concurrency = 8;

    private readonly FeatureBlockStore _store = new(containers, key);
    private readonly FeatureIndex _index = new();
    private readonly SemaphoreSlim _refreshing = new(1);
    private readonly ConcurrentDictionary<string, byte> _damaged = new();

    public FeatureKey Key { get; } = key;

    /// <summary>Where the blocks are; for compaction.</summary>
    internal FeatureIndex Index => _index;

    /// <summary>Names of the blocks that could not be used.</summary>
    internal IReadOnlyCollection<string> Damaged => [.. _damaged.Keys];

    /// <summary>Whether the features of this content are in the cache, as far as this process has read it.</summary>
    public bool HasRow(string contentHash) => _index.TryFindRow(contentHash, out _);

    /// <summary>What is known about this version of a blob, as far as this process has read the cache.</summary>
    public bool TryFindBlob(TrainingBlob blob, [NotNullWhen(true)] out KnownBlob? known) =>
        _index.TryFindBlob(blob.Name, blob.Version, out known);

    /// <summary>Reads what other processes wrote since the last time: one listing, and the index of each new block.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        await _refreshing.WaitAsync(cancellation);
        try
        {
            // Taken before the listing: a block that this process writes meanwhile is in neither, and is not gone.
            string[] known = [.. _index.Blocks.Keys];
            Dictionary<string, long> stored = await _store.ListAsync(cancellation);
            string[] fresh = [.. stored.Keys.Where(name => !_index.Blocks.ContainsKey(name) && !_damaged.ContainsKey(name))];
            ParallelOptions parallel = new() { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellation };
            await Parallel.ForEachAsync(fresh, parallel, async (name, stop) => await ReadIndexAsync(name, stored[name], stop));

            // After the additions: what was compacted is known by its new place before the old one is forgotten.
            foreach (string name in known.Where(name => !stored.ContainsKey(name)))
            {
                _index.Remove(name);
            }
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>Stores what was found out about some images.</summary>
    public async Task AppendAsync(FeatureBlock block, CancellationToken cancellation)
    {
        await _store.DescribeAsync(cancellation);
        await WriteAsync("delta", block, cancellation);
    }

    /// <summary>Reads rows, several blocks at a time.</summary>
    /// <param name="contentHashes">Whose rows.</param>
    /// <param name="take">
    /// Takes the row of <paramref name="contentHashes"/>[i], <see cref="FeatureKey.RowLength"/> values, valid during the call only.
    /// Called from several threads at a time, and possibly twice for an i that is returned in the end.
    /// </param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The indices whose rows are not there or were damaged; the cache does not know them any more.</returns>
    public async Task<IReadOnlyCollection<int>> LoadAsync(
        IReadOnlyList<string> contentHashes, FeatureRowReader take, CancellationToken cancellation)
    {
        ConcurrentBag<int> missing = [];
        Dictionary<string, List<(int Row, int Wanted)>> byBlock = [];
        for (int i = 0; i < contentHashes.Count; i++)
        {
            if (_index.TryFindRow(contentHashes[i], out (string Block, int Row) place))
            {
                ref List<(int, int)>? wanted = ref CollectionsMarshal.GetValueRefOrAddDefault(byBlock, place.Block, out _);
                (wanted ??= []).Add((place.Row, i));
            }
            else
            {
                missing.Add(i);
            }
        }

        ParallelOptions parallel = new() { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellation };
        await Parallel.ForEachAsync(byBlock, parallel, async (block, stop) =>
        {
            block.Value.Sort();
            if (!await TryReadRowsAsync(block.Key, block.Value, take, stop))
            {
                block.Value.ForEach(row => missing.Add(row.Wanted));
            }
        });
        return missing;
    }

    /// <summary>Reads a whole block's rows into memory; empty when it is gone or damaged.</summary>
    internal async Task<FeatureRow[]> ReadBlockAsync(string name, CancellationToken cancellation)
    {
        if (!_index.Blocks.TryGetValue(name, out FeatureBlockFile? block))
        {
            return [];
        }

        IReadOnlyList<string> hashes = block.Index.Rows;
        FeatureRow[] rows = new FeatureRow[hashes.Count];
        void Take(int row, ReadOnlySpan<Half> values) => rows[row] = new FeatureRow(hashes[row], values.ToArray());
        return await TryReadRowsAsync(name, [.. hashes.Select((_, row) => (row, row))], Take, cancellation) ? rows : [];
    }

    /// <summary>Writes a block under a new name and adds it to the index.</summary>
    internal async Task<string> WriteAsync(string kind, FeatureBlock block, CancellationToken cancellation)
    {
        (string name, FeatureBlockFile written) = await _store.WriteAsync(kind, block, cancellation);
        _index.Add(name, written);
        return name;
    }

    /// <summary>Removes a block whose rows are elsewhere, or damaged.</summary>
    internal async Task DeleteAsync(string name, CancellationToken cancellation)
    {
        await _store.DeleteAsync(name, cancellation);
        _index.Remove(name);
        _damaged.TryRemove(name, out _);
    }

    public void Dispose() => _refreshing.Dispose();

    private async Task ReadIndexAsync(string name, long length, CancellationToken cancellation)
    {
        try
        {
            if (await _store.ReadIndexAsync(name, length, cancellation) is { } block)
            {
                _index.Add(name, block);
            }
        }
        catch (DamagedBlockException e)
        {
            MarkDamaged(name, e);
        }
    }

    /// <summary>Hands out the wanted rows of a block; false when it is gone or damaged, and then the index has forgotten it.</summary>
    private async Task<bool> TryReadRowsAsync(
        string name, List<(int Row, int Wanted)> wanted, FeatureRowReader take, CancellationToken cancellation)
    {
        if (!_index.Blocks.TryGetValue(name, out FeatureBlockFile? block))
        {
            return false;
        }

        try
        {
            if (await _store.TryReadRowsAsync(name, block, wanted, take, cancellation))
            {
                return true;
            }

            _index.Remove(name); // compacted by another process
        }
        catch (DamagedBlockException e)
        {
            MarkDamaged(name, e);
        }

        return false;
    }

    private void MarkDamaged(string name, DamagedBlockException e)
    {
        logger.LogWarning("Features in {Block} will be computed again: {Reason}", name, e.Message);
        _damaged[name] = 0;
        _index.Remove(name);
    }
}
