using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Storage.Features;

/// <summary>The blocks of one key in container <c>models</c> under <see cref="FeatureKey.Folder"/>: writes, lists and reads them.</summary>
/// <remarks>A block is written once and never changed. Safe for concurrent use.</remarks>
internal sealed class FeatureBlockStore(StorageContainers containers, FeatureKey key)
{
    /// <summary>Enough for the index of a delta, so that one request reads it.</summary>
    private const int FirstRead = 64 * 1024;

    private readonly BlobContainerClient _models = containers.Models;
    private bool _described;

    /// <summary>Names of all blocks with their lengths in bytes. Empty when there is no container.</summary>
    public async Task<Dictionary<string, long>> ListAsync(CancellationToken cancellation)
    {
        Dictionary<string, long> stored = [];
        try
        {
            await foreach (BlobItem blob in _models.GetBlobsAsync(new GetBlobsOptions { Prefix = key.Folder }, cancellation))
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

    /// <summary>Writes a block under a new name.</summary>
    /// <param name="kind">What the name begins with: <c>delta</c> or <c>pack</c>.</param>
    /// <param name="block">What to store.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The name, and the block as a reader would find it.</returns>
    public async Task<(string Name, FeatureBlockFile Block)> WriteAsync(string kind, FeatureBlock block, CancellationToken cancellation)
    {
        byte[] file = FeatureBlockFile.Write(key, block);
        string name = $"{key.Folder}{kind}-{Guid.NewGuid():n}.safetensors";
        BlobUploadOptions options = new()
        {
            Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
            TransferOptions = StorageContainers.InOneRequest(file.Length),
        };
        try
        {
            await _models.GetBlobClient(name).UploadAsync(new BinaryData(file), options, cancellation);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobAlreadyExists)
        {
            // Nobody else makes this name: our own request, repeated after a lost answer.
        }

        return (name, FeatureBlockFile.Read(key, file, file.Length));
    }

    /// <summary>Reads what is in a block, without its rows.</summary>
    /// <param name="name">The block.</param>
    /// <param name="length">Its length in bytes, as it was listed.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Null when the block is gone: it was compacted since it was listed.</returns>
    /// <exception cref="DamagedBlockException">It cannot be used.</exception>
    public async Task<FeatureBlockFile?> ReadIndexAsync(string name, long length, CancellationToken cancellation)
    {
        try
        {
            byte[] start = await ReadStartAsync(name, Math.Min(FirstRead, length), cancellation);
            long needed = FeatureBlockFile.IndexBytes(start);
            if (needed > start.Length)
            {
                start = await ReadStartAsync(name, Math.Min(needed, length), cancellation);
            }

            return FeatureBlockFile.Read(key, start, length);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Streams a block's rows and hands out those that are wanted.</summary>
    /// <param name="name">The block.</param>
    /// <param name="block">What is in it.</param>
    /// <param name="wanted">Which rows, in ascending order, and under which number the taker knows each.</param>
    /// <param name="take">Takes a row, which is valid during the call only.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>False when the block is gone: it was compacted by another process.</returns>
    /// <exception cref="DamagedBlockException">It is not what was written; rows that were handed out must not be used.</exception>
    public async Task<bool> TryReadRowsAsync(
        string name, FeatureBlockFile block, List<(int Row, int Wanted)> wanted, FeatureRowReader take, CancellationToken cancellation)
    {
        using RentedMemory<byte> buffer = RentedMemory<byte>.Rent(block.RowBytes);
        try
        {
            BlobDownloadOptions options = new() { Range = new HttpRange(block.IndexEnd) };
            using BlobDownloadStreamingResult download = await _models.GetBlobClient(name).DownloadStreamingAsync(options, cancellation);
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Memory<byte> row = buffer.Memory;
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
            return false;
        }
        catch (EndOfStreamException e)
        {
            throw new DamagedBlockException("The block is cut off.", e);
        }
    }

    /// <summary>Removes a block. Idempotent.</summary>
    public Task DeleteAsync(string name, CancellationToken cancellation) =>
        _models.GetBlobClient(name).DeleteIfExistsAsync(cancellationToken: cancellation);

    /// <summary>Leaves a note beside the blocks that says what they are; nothing reads it but people.</summary>
    public async Task DescribeAsync(CancellationToken cancellation)
    {
        if (_described)
        {
            return;
        }

        try
        {
            BlobUploadOptions onlyNew = new() { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
            await _models.GetBlobClient($"{key.Folder}key.json").UploadAsync(
                new BinaryData(JsonSerializer.SerializeToUtf8Bytes(key, Json.Indented)), onlyNew, cancellation);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            // It is there.
        }

        _described = true;
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
}
