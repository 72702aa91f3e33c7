using ClockFunctions.Distill.Views;

namespace ClockFunctions.Distill.Training;

/// <summary>Views and targets of one step.</summary>
/// <param name="Count">Number of views.</param>
/// <param name="Side">Their side in pixels.</param>
/// <param name="Pixels">count×side×side×3 bytes.</param>
/// <param name="Features">The teacher's features, count×F.</param>
/// <param name="Logits">The teacher's class scores, count×classes.</param>
public sealed record Batch(int Count, int Side, byte[] Pixels, float[] Features, float[] Logits);

/// <summary>
/// Reads batches from caches. A step's batch depends on the seed and the step alone, so a resumed run
/// sees what an uninterrupted one would have seen.
/// </summary>
public sealed class BatchLoader
{
    private const double SmallestCrop = 0.85;

    private readonly IReadOnlyList<ViewCache> _caches;
    private readonly (ViewCache Cache, int Index)[] _training;
    private readonly (ViewCache Cache, int Index)[] _validation;
    private readonly int _seed;
    private int[] _order = [];
    private int _epoch = -1;

    public BatchLoader(IReadOnlyList<ViewCache> caches, int seed)
    {
        CacheManifest first = caches[0].Manifest;
        if (caches.Any(cache => cache.Manifest.Teacher != first.Teacher || cache.Manifest.ViewBytes != first.ViewBytes))
        {
            throw new InvalidDataException("All caches must come from the same teacher and hold views of the same size.");
        }

        _caches = caches;
        _seed = seed;
        _training = [.. caches.SelectMany(cache => Range(cache, cache.Manifest.Validation, cache.Manifest.Total))];
        _validation = [.. caches.SelectMany(cache => Range(cache, 0, cache.Manifest.Validation))];
    }

    public int Classes => _caches[0].Manifest.Classes;

    public int Features => _caches[0].Manifest.Features;

    public int TrainingViews => _training.Length;

    public int ValidationViews => _validation.Length;

    /// <summary>A batch of shuffled training views, each cropped a little and flipped or not.</summary>
    public Batch Training(int step, int count)
    {
        Random random = new(unchecked(_seed * 7919 + step));
        int full = _caches[0].Manifest.Options.StudentSize;
        int side = (int)(full * (SmallestCrop + (1 - SmallestCrop) * random.NextDouble()));
        Batch batch = Empty(count, side);
        byte[] view = new byte[full * full * 3];
        for (int i = 0; i < count; i++)
        {
            (ViewCache cache, int index) = _training[Shuffled((long)step * count + i)];
            cache.ReadView(index, view);
            CropAndFlip(view, full, random, batch.Pixels.AsSpan(i * side * side * 3, side * side * 3), side);
            ReadTarget(cache, index, batch, i);
        }

        return batch;
    }

    /// <summary>Held-out views as they are.</summary>
    public Batch Validation(int start, int count)
    {
        int side = _caches[0].Manifest.Options.StudentSize;
        Batch batch = Empty(count, side);
        for (int i = 0; i < count; i++)
        {
            (ViewCache cache, int index) = _validation[start + i];
            cache.ReadView(index, batch.Pixels.AsSpan(i * side * side * 3, side * side * 3));
            ReadTarget(cache, index, batch, i);
        }

        return batch;
    }

    /// <summary>Mean and standard deviation of each of the teacher's features over a sample of training views.</summary>
    public (float[] Mean, float[] Deviation) FeatureStatistics()
    {
        const int Sample = 4096;
        int step = Math.Max(1, _training.Length / Sample);
        double[] sum = new double[Features];
        double[] squares = new double[Features];
        Batch one = Empty(1, 1);
        int count = 0;
        for (int i = 0; i < _training.Length; i += step, count++)
        {
            ReadTarget(_training[i].Cache, _training[i].Index, one, 0);
            for (int feature = 0; feature < Features; feature++)
            {
                sum[feature] += one.Features[feature];
                squares[feature] += one.Features[feature] * one.Features[feature];
            }
        }

        float[] mean = [.. sum.Select(value => (float)(value / count))];
        // A feature that never moves must not be blown up: the floor keeps its target at zero.
        float[] deviation = [.. squares.Select((value, i) => (float)Math.Sqrt(Math.Max(value / count - mean[i] * mean[i], 1e-4)))];
        return (mean, deviation);
    }

    private int Shuffled(long position)
    {
        int epoch = (int)(position / _training.Length);
        if (epoch != _epoch)
        {
            _order = [.. Enumerable.Range(0, _training.Length)];
            new Random(unchecked(_seed * 104729 + epoch)).Shuffle(_order);
            _epoch = epoch;
        }

        return _order[position % _training.Length];
    }

    private Batch Empty(int count, int side) =>
        new(count, side, new byte[count * side * side * 3], new float[count * Features], new float[count * Classes]);

    private static void CropAndFlip(byte[] view, int full, Random random, Span<byte> target, int side)
    {
        int left = random.Next(full - side + 1);
        int top = random.Next(full - side + 1);
        bool flip = random.Next(2) == 1;
        for (int y = 0; y < side; y++)
        {
            ReadOnlySpan<byte> row = view.AsSpan(((top + y) * full + left) * 3, side * 3);
            Span<byte> to = target.Slice(y * side * 3, side * 3);
            if (!flip)
            {
                row.CopyTo(to);
                continue;
            }

            for (int x = 0; x < side; x++)
            {
                row.Slice((side - 1 - x) * 3, 3).CopyTo(to[(x * 3)..]);
            }
        }
    }

    private static void ReadTarget(ViewCache cache, int index, Batch batch, int slot)
    {
        CacheManifest manifest = cache.Manifest;
        Span<Half> halves = new Half[manifest.TargetLength];
        cache.ReadTarget(index, halves);
        System.Numerics.Tensors.TensorPrimitives.ConvertToSingle(
            halves[..manifest.Features], batch.Features.AsSpan(slot * manifest.Features, manifest.Features));
        System.Numerics.Tensors.TensorPrimitives.ConvertToSingle(
            halves[manifest.Features..], batch.Logits.AsSpan(slot * manifest.Classes, manifest.Classes));
    }

    private static IEnumerable<(ViewCache Cache, int Index)> Range(ViewCache cache, int start, int end) =>
        Enumerable.Range(start, end - start).Select(index => (cache, index));
}
