using System.Numerics.Tensors;

namespace ClockFunctions.Core.Metrics;

/// <summary>
/// Finds images that show nearly the same: copies in another size or format, neighbouring shots. A
/// cross-validation that has one of them on each side measures memory instead of skill.
/// </summary>
public static class NearDuplicates
{
    /// <summary>
    /// Cosine distance of features at or below which two images are near-duplicates. Re-encoded or resized copies
    /// stay below 0.02 with ImageNet backbones; different photos of one object are mostly above 0.1.
    /// </summary>
    public const double DefaultDistance = 0.05;

    /// <summary>Rows compared at a time: two such blocks of 1,280 floats fit in a core's second-level cache.</summary>
    private const int Block = 64;

    /// <summary>Groups images whose features are close, and whatever is close to a member of the group.</summary>
    /// <param name="features">N rows of one length, the clean view's features.</param>
    /// <param name="distance">Largest cosine distance of near-duplicates, 0–2.</param>
    /// <returns>For each image the index of the first image of its group: its own when it is alone.</returns>
    /// <remarks>Compares all pairs, N²·F/2 multiplications: seconds for 7,000 images of 1,280 features.</remarks>
    /// <exception cref="ArgumentException">The rows differ in length.</exception>
    public static int[] Group(IReadOnlyList<float[]> features, double distance = DefaultDistance)
    {
        int width = features.Count == 0 ? 0 : features[0].Length;
        float[] rows = new float[features.Count * width];
        for (int i = 0; i < features.Count; i++)
        {
            if (features[i].Length != width)
            {
                throw new ArgumentException($"Image {i} has {features[i].Length} features, the first {width}.", nameof(features));
            }

            Span<float> row = rows.AsSpan(i * width, width);
            float norm = TensorPrimitives.Norm<float>(features[i]);
            TensorPrimitives.Divide(features[i], norm > 0 ? norm : 1, row);
        }

        DisjointSets sets = new(features.Count);
        int blocks = (features.Count + Block - 1) / Block;
        Parallel.For(0, blocks, block =>
        {
            for (int other = 0; other <= block; other++)
            {
                Compare(rows, width, block, other, (float)(1 - distance), sets);
            }
        });
        return sets.Roots();
    }

    private static void Compare(float[] rows, int width, int block, int other, float similarity, DisjointSets sets)
    {
        int count = width == 0 ? 0 : rows.Length / width;
        for (int i = block * Block; i < Math.Min(count, (block + 1) * Block); i++)
        {
            ReadOnlySpan<float> row = rows.AsSpan(i * width, width);
            for (int j = other * Block; j < Math.Min(i, (other + 1) * Block); j++)
            {
                if (TensorPrimitives.Dot(row, rows.AsSpan(j * width, width)) >= similarity)
                {
                    sets.Join(i, j);
                }
            }
        }
    }

    /// <summary>Disjoint sets with path halving (Tarjan and van Leeuwen 1984); the smallest index is a set's root.</summary>
    private sealed class DisjointSets(int count)
    {
        private readonly Lock _gate = new();
        private readonly int[] _parents = [.. Enumerable.Range(0, count)];

        public void Join(int a, int b)
        {
            // Near-duplicates are rare: the lock is hardly ever taken.
            lock (_gate)
            {
                (int x, int y) = (Root(a), Root(b));
                _parents[Math.Max(x, y)] = Math.Min(x, y);
            }
        }

        public int[] Roots() => [.. Enumerable.Range(0, _parents.Length).Select(Root)];

        private int Root(int item)
        {
            while (_parents[item] != item)
            {
                _parents[item] = _parents[_parents[item]];
                item = _parents[item];
            }

            return item;
        }
    }
}
