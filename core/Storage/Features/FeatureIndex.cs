using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace ClockFunctions.Core.Storage.Features;

/// <summary>In memory: where the rows of the cache are, and what is known about blobs. Safe for concurrent use.</summary>
internal sealed class FeatureIndex
{
    private readonly ConcurrentDictionary<string, FeatureBlockFile> _blocks = new();
    private readonly ConcurrentDictionary<string, (string Block, int Row)> _rows = new();
    private readonly ConcurrentDictionary<(string Name, string ETag), KnownBlob> _blobs = new();

    /// <summary>Blocks by the name of the blob that holds them.</summary>
    public IReadOnlyDictionary<string, FeatureBlockFile> Blocks => _blocks;

    public void Add(string blockName, FeatureBlockFile block)
    {
        _blocks[blockName] = block;
        for (int row = 0; row < block.Index.Rows.Count; row++)
        {
            _rows[block.Index.Rows[row]] = (blockName, row);
        }

        foreach (KnownBlob blob in block.Index.Blobs)
        {
            _blobs[(blob.Name, blob.Version)] = blob;
        }
    }

    /// <summary>Forgets a block that is gone. Its rows that are in another block too are found there from now on.</summary>
    public void Remove(string blockName)
    {
        if (!_blocks.TryRemove(blockName, out FeatureBlockFile? block))
        {
            return;
        }

        HashSet<string> lost = [];
        foreach (string hash in block.Index.Rows)
        {
            if (_rows.TryGetValue(hash, out (string Block, int Row) place) && place.Block == blockName
                && _rows.TryRemove(KeyValuePair.Create(hash, place)))
            {
                lost.Add(hash);
            }
        }

        foreach ((string otherName, FeatureBlockFile other) in lost.Count > 0 ? _blocks : [])
        {
            for (int row = 0; row < other.Index.Rows.Count; row++)
            {
                if (lost.Contains(other.Index.Rows[row]))
                {
                    _rows.TryAdd(other.Index.Rows[row], (otherName, row));
                }
            }
        }
    }

    public bool TryFindRow(string contentHash, out (string Block, int Row) place) => _rows.TryGetValue(contentHash, out place);

    public bool TryFindBlob(string name, string etag, [NotNullWhen(true)] out KnownBlob? blob) =>
        _blobs.TryGetValue((name, etag), out blob);
}
