using System.Numerics.Tensors;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;

namespace ClockFunctions.Core.Serving;

/// <summary>
/// Where in an image a learned head sees the target. Features are the mean of a feature map and the head is linear, so
/// its logit is exactly the mean of the logits of the map's places.
/// Source: Zhou et al. 2016, "Learning Deep Features for Discriminative Localization".
/// </summary>
public sealed record ClassActivationMap
{
    /// <summary>Height×Width float32: the logit of an image that looked like this place everywhere.</summary>
    public required float[] Logits { get; init; }

    public required int Height { get; init; }

    public required int Width { get; init; }

    /// <summary>The head's logit of the whole image.</summary>
    public float Logit => TensorPrimitives.Sum<float>(Logits) / Logits.Length;

    /// <exception cref="ArgumentException">The head was trained on features of another width.</exception>
    public static ClassActivationMap Of(FeatureMap map, LearnedHead head)
    {
        int places = map.Height * map.Width;
        if (map.Values.Length != places * head.FeatureWidth)
        {
            throw new ArgumentException(
                $"A head of {head.FeatureWidth} features cannot explain a map of {map.Values.Length / places} channels.", nameof(head));
        }

        float[] logits = new float[places];
        Array.Fill(logits, head.Bias);
        ReadOnlySpan<float> channels = map.Values.Span;
        for (int feature = 0; feature < head.FeatureWidth; feature++)
        {
            TensorPrimitives.MultiplyAdd(channels.Slice(feature * places, places), head.Weight[feature], logits, logits);
        }

        return new() { Logits = logits, Height = map.Height, Width = map.Width };
    }

    /// <summary>The logit at a point of the part of the image that the backbone saw, bilinear between the middles of the places.</summary>
    /// <param name="x">0 (left edge) to 1 (right edge).</param>
    /// <param name="y">0 (top edge) to 1 (bottom edge).</param>
    public float At(double x, double y)
    {
        (int left, int right, float toRight) = Between(x, Width);
        (int top, int bottom, float toBottom) = Between(y, Height);
        float above = float.Lerp(Logits[(top * Width) + left], Logits[(top * Width) + right], toRight);
        float below = float.Lerp(Logits[(bottom * Width) + left], Logits[(bottom * Width) + right], toRight);
        return float.Lerp(above, below, toBottom);
    }

    private static (int Before, int After, float Share) Between(double position, int places)
    {
        double middle = Math.Clamp((position * places) - 0.5, 0, places - 1);
        int before = (int)middle;
        return (before, Math.Min(before + 1, places - 1), (float)(middle - before));
    }
}
