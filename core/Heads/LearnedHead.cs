using System.Numerics.Tensors;
using System.Security.Cryptography;

namespace ClockFunctions.Core.Heads;

/// <summary>Logistic regression on a backbone's features: sigmoid(weight · features + bias).</summary>
/// <param name="weight">F float32, standardisation and calibration folded in.</param>
/// <param name="bias">Likewise.</param>
/// <param name="threshold">Probability at or above which an image is the target, 0–1.</param>
public sealed class LearnedHead(float[] weight, float bias, double threshold) : IHead
{
    public string Kind => "learned";

    public double Threshold { get; } = threshold is >= 0 and <= 1
        ? threshold : throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "must be 0–1");

    public int FeatureWidth => weight.Length;

    public ReadOnlySpan<float> Weight => weight;

    public float Bias => bias;

    /// <summary>Tells how far an image is from the training photos; null where the version has no such scale.</summary>
    public NoveltyScale? Novelty { get; init; }

    /// <summary>Makes a head of stored files after checking them against their manifest.</summary>
    /// <param name="weights">Bytes of <c>head.safetensors</c>.</param>
    /// <param name="manifest">Its <c>head.json</c>.</param>
    /// <param name="novelty">Bytes of <c>novelty.safetensors</c>; not looked at where the manifest names no such file.</param>
    /// <exception cref="InvalidHeadException">The bytes are not the files that the manifest describes.</exception>
    public static LearnedHead Load(ReadOnlySpan<byte> weights, HeadManifest manifest, ReadOnlySpan<byte> novelty = default)
    {
        Check(weights, HeadDirectory.WeightsName, manifest.WeightsSha256);

        (float[] weight, float bias) = HeadFile.Read(weights);
        if (weight.Length != manifest.FeatureWidth)
        {
            throw new InvalidHeadException($"head.safetensors is {weight.Length} wide, head.json says {manifest.FeatureWidth}.");
        }

        return manifest.Threshold is >= 0 and <= 1
            ? new LearnedHead(weight, bias, manifest.Threshold) { Novelty = LoadNovelty(novelty, manifest) }
            : throw new InvalidHeadException($"head.json has a threshold of {manifest.Threshold}, outside of 0–1.");
    }

    /// <exception cref="ArgumentException">The features are not <see cref="FeatureWidth"/> wide.</exception>
    public double Probability(ReadOnlySpan<float> features, ReadOnlySpan<float> probabilities) =>
        1 / (1 + Math.Exp(-(TensorPrimitives.Dot(features, weight) + (double)bias)));

    private static NoveltyScale? LoadNovelty(ReadOnlySpan<byte> file, HeadManifest manifest)
    {
        if (manifest.Novelty?.Sha256 is not { } expected)
        {
            return null;
        }

        Check(file, HeadDirectory.NoveltyName, expected);
        NoveltyScale scale = NoveltyFile.Read(file);
        return scale.FeatureWidth == manifest.FeatureWidth
            ? scale
            : throw new InvalidHeadException(
                $"{HeadDirectory.NoveltyName} is {scale.FeatureWidth} wide, head.json says {manifest.FeatureWidth}.");
    }

    private static void Check(ReadOnlySpan<byte> file, string name, string expected)
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(file));
        if (hash != expected)
        {
            throw new InvalidHeadException($"{name} has SHA-256 {hash}, head.json says {expected}.");
        }
    }
}
