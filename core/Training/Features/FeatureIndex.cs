using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace ClockFunctions.Core.Training.Features;

/// <summary>In memory: where the rows of the cache are, and what is known about blobs. Safe for concurrent use.</summary>
internal sealed class FeatureIndex
{
    private readonly ConcurrentDictionary<string, FeatureBlockFile> blocks = new();
    private readonly ConcurrentDictionary<string, (string Block, int Row)> rows = new();
    private readonly ConcurrentDictionary<(string Name, string ETag), KnownBlob> blobs = new();

    /// <summary>Blocks by the name of the blob that holds them.</summary>
    public IReadOnlyDictionary<string, FeatureBlockFile> Blocks => blocks;

    public void Add(string blockName, FeatureBlockFile block)
    {
        blocks[blockName] = block;
        for (int row = 0; row < block.Index.Rows.Count; row++)
        {
            rows[block.Index.Rows[row]] = (blockName, row);
        }

        foreach (KnownBlob blob in block.Index.Blobs)
        {
            blobs[(blob.Name, blob.Version)] = blob;
        }
    }

    /// <summary>Forgets a block that is gone. Its rows that are in another block too are found there from now on.</summary>
    public void Remove(string blockName)
    {
        if (!blocks.TryRemove(blockName, out FeatureBlockFile? block))
        {
            return;
        }

        HashSet<string> lost = [];
        foreach (string hash in block.Index.Rows)
        {
            if (rows.TryGetValue(hash, out (string Block, int Row) place) && place.Block == blockName && rows.TryRemove(KeyValuePair.Create(hash, place)))
            {
                lost.Add(hash);
            }
        }

        foreach ((string otherName, FeatureBlockFile other) in lost.Count > 0 ? blocks : [])
        {
            for (int row = 0; row < other.Index.Rows.Count; row++)
            {
                if (lost.Contains(other.Index.Rows[row]))
                {
                    rows.TryAdd(other.Index.Rows[row], (otherName, row));
                }
            }
        }
    }

    public bool TryFindRow(string contentHash, out (string Block, int Row) place) => rows.TryGetValue(contentHash, out place);

    public bool TryFindBlob(string name, string etag, [NotNullWhen(true)] out KnownBlob? blob) => blobs.TryGetValue((name, etag), out blob);
}
