using System.Numerics.Tensors;
using System.Security.Cryptography;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Training.Features;

namespace ClockFunctions.Core.Training.Novelty;

/// <summary>What a training found out about novelty.</summary>
/// <param name="Record">For the manifest.</param>
/// <param name="Scale">Judged, whether it is good enough or not.</param>
/// <param name="HeldOut">The novelty of each held-out photo, 0–100.</param>
internal sealed record NoveltyFit(HeadNovelty Record, NoveltyScale Scale, double[] HeldOut)
{
    /// <summary>ROC AUC that has to be passed: below, novelty would mislead more than it tells.</summary>
    public const double LeastRocAuc = 0.85;

    /// <summary>Training photos below which percentiles of their distances mean little.</summary>
    public const int LeastPhotos = 64;

    /// <summary>Held-out photos, and shuffled ones, below which nobody can say how good it is.</summary>
    public const int LeastProbes = 16;

    /// <summary>Photos that centres are made of, 32 a centre, so that its time is bounded. They are taken evenly from all.</summary>
    private const int MostPhotos = 2048;

    /// <summary>A centre of fewer photos than this would stand for them alone.</summary>
    private const int LeastPerCentre = 4;

    /// <summary>Bytes of <c>novelty.safetensors</c>; null where it is not good enough.</summary>
    public byte[]? File => Record.Sha256 is null ? null : NoveltyFile.Write(Scale);

    /// <param name="set">All images.</param>
    /// <param name="train">Indices of those that the head was trained on.</param>
    /// <param name="heldOut">Indices of those that it is judged on.</param>
    /// <param name="probes">What it ought to tell from these; null where nobody made any.</param>
    /// <param name="seed">Of the centres.</param>
    /// <returns>Null where there is too little to make it of or to judge it by.</returns>
    public static NoveltyFit? Of(TrainingSet set, int[] train, int[] heldOut, NoveltyProbes? probes, int seed)
    {
        if (probes is null || train.Length < LeastPhotos || heldOut.Length < LeastProbes || probes.Shuffled.Count < LeastProbes)
        {
            return null;
        }

        NoveltyScale scale = Make(set, train, seed);
        double[] novelty = [.. heldOut.Select(image => scale.Of(Row(set, image)))];
        double auc = Math.Min(RocAuc(scale, novelty, probes.Pictures), RocAuc(scale, novelty, probes.Shuffled));
        string? hash = auc > LeastRocAuc ? Convert.ToHexStringLower(SHA256.HashData(NoveltyFile.Write(scale))) : null;
        return new NoveltyFit(new HeadNovelty(auc, train.Length, hash), scale, novelty);
    }

    private static NoveltyScale Make(TrainingSet set, int[] train, int seed)
    {
        int count = Math.Min(train.Length, MostPhotos);
        float[][] rows = [.. Enumerable.Range(0, count).Select(i => Row(set, train[(int)((long)i * train.Length / count)]))];
        foreach (float[] row in rows)
        {
            SphericalKMeans.Normalise(row);
        }

        int k = Math.Min(NoveltyFile.CentresOf(set.FeatureWidth), rows.Length / LeastPerCentre);
        SphericalKMeans means = SphericalKMeans.Fit(rows, k, seed);
        double[] distances = means.LeaveOneOutDistances();
        Array.Sort(distances);
        float[] percentiles = [.. Enumerable.Range(0, NoveltyScale.Steps).Select(step => (float)Quantile(distances, step / 100.0))];

        // As the file will give them back, so that what is judged here is what serves.
        float[] centres = [.. means.Centres.SelectMany(centre => centre)];
        Half[] stored = new Half[centres.Length];
        TensorPrimitives.ConvertToHalf(centres, stored);
        TensorPrimitives.ConvertToSingle(stored, centres);
        return new NoveltyScale(set.FeatureWidth, centres, percentiles);
    }

    private static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = Math.Min((int)place, sorted.Length - 2);
        return double.Lerp(sorted[below], sorted[below + 1], place - below);
    }

    /// <summary>How often a probe is more novel than a held-out photo, ties counted half.</summary>
    private static double RocAuc(NoveltyScale scale, double[] heldOut, IReadOnlyList<float[]> probes) => RocCurve.Of(
    [
        .. heldOut.Select(novelty => new ScoredImage("held out", "", IsTarget: false, novelty / 100)),
        .. probes.Select(probe => new ScoredImage("probe", "", IsTarget: true, scale.Of(probe) / 100)),
    ])!.Auc;

    private static float[] Row(TrainingSet set, int image)
    {
        float[] row = new float[set.FeatureWidth];
        HalfRow.Read(set.Features(image, view: 0), row);
        return row;
    }
}
