namespace ClockFunctions.Core.Storage.Features;

/// <summary>What the cache keeps of one image content.</summary>
/// <param name="ContentHash">SHA-256 of the encoded image, 64 lower-case hex digits.</param>
/// <param name="Values">
/// V×F float16 features, view after view, then <see cref="FeatureKey.Classes"/> float16 class probabilities of the clean view.
/// Half precision: it costs the head nothing measurable and halves what is stored, read and held.
/// </param>
public sealed record FeatureRow(string ContentHash, Half[] Values)
{
    /// <summary>ImageNet classes.</summary>
    public const int Classes = 1000;
}
