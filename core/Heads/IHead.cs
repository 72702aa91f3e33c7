namespace ClockFunctions.Core.Heads;

/// <summary>Turns a backbone's outputs into one probability that the image shows the target.</summary>
/// <remarks>Implementations are immutable and safe for concurrent use.</remarks>
public interface IHead
{
    /// <summary><c>topk</c>, <c>summed</c> or <c>learned</c>.</summary>
    string Kind { get; }

    /// <summary>Probability at or above which an image is the target, 0–1.</summary>
    double Threshold { get; }

    /// <summary>Probability of the target, 0–1.</summary>
    /// <param name="features">F float32, the backbone's features.</param>
    /// <param name="probabilities">1000 float32, ImageNet class probabilities (background class removed).</param>
    double Probability(ReadOnlySpan<float> features, ReadOnlySpan<float> probabilities);
}
