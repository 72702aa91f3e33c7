using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ClockFunctions.Core.Storage.Features;

/// <summary>
/// A block as a safetensors file (https://github.com/huggingface/safetensors, "Format"): <c>index</c>, JSON as bytes, and
/// <c>rows</c> [N, V·F + 1000] float16. Any tool that reads safetensors reads the features; ours reads the index alone
/// by one small range request.
/// </summary>
/// <param name="Index">What is in it.</param>
/// <param name="IndexEnd">Offset of the first row, bytes.</param>
/// <param name="RowBytes">Bytes of a row.</param>
/// <param name="RowsSha256">SHA-256 over all rows, hex.</param>
public sealed record FeatureBlockFile(FeatureBlockIndex Index, long IndexEnd, int RowBytes, string RowsSha256)
{
    private const int LengthBytes = 8;
    private const int MostHeaderBytes = 64 * 1024; // a header that this program writes has about 400 bytes
    private const int MostIndexBytes = 256 * 1024 * 1024; // the index of a full pack has about 1 MB

    /// <summary>The whole file.</summary>
    /// <exception cref="ArgumentException">A row is not the key's <see cref="FeatureKey.RowLength"/> long.</exception>
    public static byte[] Write(FeatureKey key, FeatureBlock block)
    {
        byte[] index = JsonSerializer.SerializeToUtf8Bytes(
            new FeatureBlockIndex(block.Blobs, [.. block.Rows.Select(row => row.ContentHash)]), Json.Compact);
        int rowBytes = key.RowLength * 2;
        long rowsBytes = (long)rowBytes * block.Rows.Count;
        if (block.Rows.Any(row => row.Values.Length != key.RowLength))
        {
            throw new ArgumentException($"Every row must have {key.RowLength} values.", nameof(block));
        }

        using IncrementalHash rowsHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (FeatureRow row in block.Rows)
        {
            rowsHash.AppendData(MemoryMarshal.AsBytes<Half>(row.Values));
        }

        byte[] header = JsonSerializer.SerializeToUtf8Bytes(new Header
        {
            Metadata = new Facts(key.Id, Hex(SHA256.HashData(index)), Hex(rowsHash.GetHashAndReset())),
            Index = new Tensor("U8", [index.Length], [0, index.Length]),
            Rows = new Tensor("F16", [block.Rows.Count, key.RowLength], [index.Length, index.Length + rowsBytes]),
        });

        byte[] file = new byte[checked(LengthBytes + header.Length + index.Length + rowsBytes)];
        Span<byte> rest = file;
        BinaryPrimitives.WriteInt64LittleEndian(rest, header.Length);
        rest = Append(rest[LengthBytes..], header);
        rest = Append(rest, index);
        foreach (FeatureRow row in block.Rows)
        {
            rest = Append(rest, MemoryMarshal.AsBytes<Half>(row.Values));
        }

        return file;
    }

    /// <summary>How many bytes from the start hold the index, once the first of them are there.</summary>
    /// <param name="start">The first bytes of the file, the whole header at least.</param>
    /// <exception cref="DamagedBlockException">The header is damaged.</exception>
    public static long IndexBytes(ReadOnlySpan<byte> start)
    {
        (Header header, int begin) = ReadHeader(start);
        return begin + header.Index.Offsets[1];
    }

    /// <summary>Reads and checks the index.</summary>
    /// <param name="key">The key that the block must be of.</param>
    /// <param name="start">The first <see cref="IndexBytes"/> of the file at least.</param>
    /// <param name="fileLength">Length of the whole file.</param>
    /// <exception cref="DamagedBlockException">It is damaged, or of another key.</exception>
    public static FeatureBlockFile Read(FeatureKey key, ReadOnlySpan<byte> start, long fileLength)
    {
        (Header header, int begin) = ReadHeader(start);
        ReadOnlySpan<byte> index = start[begin..];
        index = index[..(int)Math.Min(header.Index.Offsets[1], index.Length)];
        if (header.Metadata.Key != key.Id || header.Metadata.IndexSha256 != Hex(SHA256.HashData(index)))
        {
            throw new DamagedBlockException("The block's index is damaged, cut off, or of another backbone.");
        }

        FeatureBlockIndex content = Parse<FeatureBlockIndex>(index);
        if (content.Blobs?.All(blob => blob is { Name: not null, Version: not null }) != true
            || content.Rows?.All(row => row is not null) != true)
        {
            throw new DamagedBlockException("The block's index lacks what an index holds.");
        }

        int rowBytes = key.RowLength * 2;
        long indexEnd = begin + index.Length;
        if (header.Rows.Offsets[0] != index.Length || fileLength != indexEnd + ((long)rowBytes * content.Rows.Count))
        {
            throw new DamagedBlockException("The block's length does not fit its index.");
        }

        return new FeatureBlockFile(content, indexEnd, rowBytes, header.Metadata.RowsSha256);
    }

    private static (Header Header, int Begin) ReadHeader(ReadOnlySpan<byte> start)
    {
        long length = start.Length >= LengthBytes ? BinaryPrimitives.ReadInt64LittleEndian(start) : 0;
        if (length is < 2 or > MostHeaderBytes || length > start.Length - LengthBytes)
        {
            throw new DamagedBlockException("The block has no readable header.");
        }

        int begin = LengthBytes + (int)length;
        Header header = Parse<Header>(start[LengthBytes..begin]);
        return header is { Index.Offsets: [0, >= 0 and <= MostIndexBytes], Rows.Offsets.Count: 2 }
            ? (header, begin) : throw new DamagedBlockException("The block's header is damaged.");
    }

    private static T Parse<T>(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Json.Compact) ?? throw new DamagedBlockException("The block's header is empty.");
        }
        catch (JsonException e)
        {
            throw new DamagedBlockException("The block's header is damaged.", e);
        }
    }

    private static Span<byte> Append(Span<byte> destination, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(destination);
        return destination[bytes.Length..];
    }

    private static string Hex(byte[] hash) => Convert.ToHexStringLower(hash);

    private sealed record Header
    {
        [JsonPropertyName("__metadata__")]
        public required Facts Metadata { get; init; }

        [JsonPropertyName("index")]
        public required Tensor Index { get; init; }

        [JsonPropertyName("rows")]
        public required Tensor Rows { get; init; }
    }

    private sealed record Facts(
        [property: JsonPropertyName("key"), JsonRequired] string Key,
        [property: JsonPropertyName("index_sha256"), JsonRequired] string IndexSha256,
        [property: JsonPropertyName("rows_sha256"), JsonRequired] string RowsSha256);

    private sealed record Tensor(
        [property: JsonPropertyName("dtype")] string Type,
        [property: JsonPropertyName("shape")] IReadOnlyList<long> Shape,
        [property: JsonPropertyName("data_offsets"), JsonRequired] IReadOnlyList<long> Offsets);
}
