namespace ClockFunctions.Core.Heads;

/// <summary>Zero-shot: the sum of the target classes' ImageNet probabilities.</summary>
/// <param name="classes">0-based class ids, each once.</param>
/// <param name="threshold">Sum at or above which an image is the target, 0–1; the case study's is 0.007.</param>
public sealed class SummedHead(int[] classes, double threshold) : IHead
{
    private readonly int[] _classes = TargetClasses.Checked(classes);

    public string Kind => "summed";

    public double Threshold { get; } = threshold;

    public double Probability(ReadOnlySpan<float> features, ReadOnlySpan<float> probabilities)
    {
        double sum = 0;
        foreach (int id in _classes)
        {
            sum += probabilities[id];
        }

        return Math.Min(sum, 1); // a softmax of 1000 float32 may sum to a little more than 1
    }
}
