namespace ClockFunctions.Core.Backbones;

/// <summary>What a backbone sees in one image.</summary>
/// <param name="Features">F float32.</param>
/// <param name="Probabilities">1000 float32, ImageNet class probabilities; empty where the backbone gives features alone.</param>
/// <param name="Width">The image's width in pixels, after orientation.</param>
/// <param name="Height">The image's height in pixels, after orientation.</param>
/// <param name="Timing">How long it took.</param>
public sealed record ImageFeatures(float[] Features, float[] Probabilities, int Width, int Height, ExtractionTiming Timing)
{
    /// <summary>Where the features come from; null unless it was asked for.</summary>
    public FeatureMap? Map { get; init; }
}

/// <summary>Time that an extraction took, by stage.</summary>
public readonly record struct ExtractionTiming(TimeSpan Decode, TimeSpan Preprocess, TimeSpan Backbone);

/// <summary>A feature map of one image.</summary>
/// <param name="Values">F×h×w float32, whose mean over h×w is the features.</param>
/// <param name="Height">h.</param>
/// <param name="Width">w.</param>
public sealed record FeatureMap(ReadOnlyMemory<float> Values, int Height, int Width);
