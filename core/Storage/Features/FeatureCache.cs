using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Core.Storage.Features;

/// <summary>
/// The features of every image content under one key, in container <c>models</c> under <see cref="FeatureKey.Folder"/>:
/// computed once, by whichever process comes first. It also remembers the content hash of every blob version, so that
/// a listing is all that a fingerprint takes.
/// </summary>
/// <remarks>
/// Blocks are immutable: small deltas as images are ingested, compacted into packs by whoever holds the training
/// lease. A pack is written and verified before what it replaces is deleted, so at any instant, and whoever dies,
/// every row is in some block; readers take a row from any block that has it. A damaged block is left out, which
/// costs its rows' computation and nothing else. Safe for concurrent use.
/// </remarks>
public sealed class FeatureCache(StorageContainers containers, FeatureKey key, ILogger<FeatureCache> logger) : IDisposable
{
    /// <summary>Enough for the index of a delta, so that one request reads it.</summary>
    private const int FirstRead = 64 * 1024;

    /// <summary>Requests at the same time. More do not make one client faster.</summary>
    private const int Concurrency = 8;

    private readonly BlobContainerClient _models = containers.Models;
    private readonly FeatureIndex _index = new();
    private readonly SemaphoreSlim _refreshing = new(1);
    private readonly ConcurrentDictionary<string, byte> _damaged = new();
    private bool _described;

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
            Dictionary<string, long> stored = await ListAsync(cancellation);
            string[] fresh = [.. stored.Keys.Where(name => !_index.Blocks.ContainsKey(name) && !_damaged.ContainsKey(name))];
            ParallelOptions parallel = new() { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellation };
            await Parallel.ForEachAsync(fresh, parallel, async (name, stop) =>
            {
                if (await TryReadIndexAsync(name, stored[name], stop) is { } block)
                {
                    _index.Add(name, block);
                }
            });

            // After the additions: what was compacted is known by its new place before the old one is forgotten.
            foreach (string name in _index.Blocks.Keys.Where(name => !stored.ContainsKey(name)).ToArray())
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
        await DescribeAsync(cancellation);
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
        byte[] file = FeatureBlockFile.Write(Key, block);
        string name = $"{Key.Folder}{kind}-{Guid.NewGuid():n}.safetensors";
        BlobUploadOptions options = new()
        {
            Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
            TransferOptions = new() { InitialTransferSize = file.Length },
        };
        try
        {
            await _models.GetBlobClient(name).UploadAsync(new BinaryData(file), options, cancellation);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobAlreadyExists)
        {
            // Nobody else makes this name: our own request, repeated after a lost answer.
        }

        _index.Add(name, FeatureBlockFile.Read(Key, file, file.Length));
        return name;
    }

    /// <summary>Removes a block whose rows are elsewhere, or damaged.</summary>
    internal async Task DeleteAsync(string name, CancellationToken cancellation)
    {
        await _models.GetBlobClient(name).DeleteIfExistsAsync(cancellationToken: cancellation);
        _index.Remove(name);
        _damaged.TryRemove(name, out _);
    }

    public void Dispose() => _refreshing.Dispose();

    private async Task<Dictionary<string, long>> ListAsync(CancellationToken cancellation)
    {
        Dictionary<string, long> stored = [];
        try
        {
            await foreach (BlobItem blob in _models.GetBlobsAsync(new GetBlobsOptions { Prefix = Key.Folder }, cancellation))
            {
                if (blob.Name.EndsWith(".safetensors", StringComparison.Ordinal))
                {
                    stored.Add(blob.Name, blob.Properties.ContentLength ?? 0);
                }
            }
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            // Nothing was ever stored.
        }

        return stored;
    }

    private async Task<FeatureBlockFile?> TryReadIndexAsync(string name, long length, CancellationToken cancellation)
    {
        try
        {
            byte[] start = await ReadStartAsync(name, Math.Min(FirstRead, length), cancellation);
            long needed = FeatureBlockFile.IndexBytes(start);
            if (needed > start.Length)
            {
                start = await ReadStartAsync(name, Math.Min(needed, length), cancellation);
            }

            return FeatureBlockFile.Read(Key, start, length);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null; // compacted since it was listed
        }
        catch (DamagedBlockException e)
        {
            MarkDamaged(name, e);
            return null;
        }
    }

    private async Task<byte[]> ReadStartAsync(string name, long bytes, CancellationToken cancellation)
    {
        if (bytes == 0)
        {
            throw new DamagedBlockException("The block is empty.");
        }

        BlobDownloadOptions options = new() { Range = new HttpRange(0, bytes) };
        BlobDownloadResult content = await _models.GetBlobClient(name).DownloadContentAsync(options, cancellation);
        return content.Content.ToArray();
    }

    /// <summary>Streams a block's rows and hands out those that are wanted; false when it is gone or damaged.</summary>
    private async Task<bool> TryReadRowsAsync(
        string name, List<(int Row, int Wanted)> wanted, FeatureRowReader take, CancellationToken cancellation)
    {
        if (!_index.Blocks.TryGetValue(name, out FeatureBlockFile? block))
        {
            return false;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(block.RowBytes);
        try
        {
            BlobDownloadOptions options = new() { Range = new HttpRange(block.IndexEnd) };
            using BlobDownloadStreamingResult download = await _models.GetBlobClient(name).DownloadStreamingAsync(options, cancellation);
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Memory<byte> row = buffer.AsMemory(0, block.RowBytes);
            int next = 0;
            for (int i = 0; i < block.Index.Rows.Count; i++)
            {
                await download.Content.ReadExactlyAsync(row, cancellation);
                hash.AppendData(row.Span);
                for (; next < wanted.Count && wanted[next].Row == i; next++)
                {
                    take(wanted[next].Wanted, MemoryMarshal.Cast<byte, Half>(row.Span));
                }
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset()) == block.RowsSha256
                ? true : throw new DamagedBlockException("The block's features are not those that were written.");
        }
        catch (RequestFailedException e) when (e.Status is 404 or 416)
        {
            _index.Remove(name); // compacted by another process
            return false;
        }
        catch (Exception e) when (e is DamagedBlockException or EndOfStreamException)
        {
            MarkDamaged(name, e);
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void MarkDamaged(string name, Exception e)
    {
        logger.LogWarning("Features in {Block} will be computed again: {Reason}", name, e.Message);
        _damaged[name] = 0;
        _index.Remove(name);
    }

    /// <summary>Leaves a note beside the blocks that says what they are; nothing reads it but people.</summary>
    private async Task DescribeAsync(CancellationToken cancellation)
    {
        if (_described)
        {
            return;
        }

        try
        {
            BlobUploadOptions onlyNew = new() { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
            await _models.GetBlobClient($"{Key.Folder}key.json").UploadAsync(
                new BinaryData(JsonSerializer.SerializeToUtf8Bytes(Key, Json.Indented)), onlyNew, cancellation);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            // It is there.
        }

        _described = true;
    }
}

/// <summary>Takes a row: its place among those asked for, and its values.</summary>
public delegate void FeatureRowReader(int index, ReadOnlySpan<Half> values);
