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

    /// <summary>Makes a head of stored weights after checking them against their manifest.</summary>
    /// <exception cref="InvalidHeadException">The bytes are no head file, or not the one the manifest describes.</exception>
    public static LearnedHead Load(ReadOnlySpan<byte> weights, HeadManifest manifest)
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(weights));
        if (hash != manifest.WeightsSha256)
        {
            throw new InvalidHeadException($"head.safetensors has SHA-256 {hash}, head.json says {manifest.WeightsSha256}.");
        }

        (float[] weight, float bias) = HeadFile.Read(weights);
        if (weight.Length != manifest.FeatureWidth)
        {
            throw new InvalidHeadException($"head.safetensors is {weight.Length} wide, head.json says {manifest.FeatureWidth}.");
        }

        return manifest.Threshold is >= 0 and <= 1
            ? new LearnedHead(weight, bias, manifest.Threshold)
            : throw new InvalidHeadException($"head.json has a threshold of {manifest.Threshold}, outside of 0–1.");
    }

    /// <exception cref="ArgumentException">The features are not <see cref="FeatureWidth"/> wide.</exception>
    public double Probability(ReadOnlySpan<float> features, ReadOnlySpan<float> probabilities) =>
        1 / (1 + Math.Exp(-(TensorPrimitives.Dot(features, weight) + (double)bias)));
}
