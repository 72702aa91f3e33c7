using System.Text.Json;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Training.Features;

/// <summary>
/// Makes rows of the feature cache: an image's clean view and its augmented ones through the backbone. Safe for concurrent use.
/// </summary>
/// <param name="extractor">Decodes an image and runs its views through the backbone.</param>
/// <param name="augmentation">What the views other than the clean one do.</param>
/// <param name="views">V, the clean view included.</param>
/// <param name="seed">Seed of the views.</param>
public sealed class RowExtractor(ViewExtractor extractor, AugmentationOptions augmentation, int views, int seed)
{
    /// <summary>What the rows depend on, beside the image.</summary>
    public FeatureKey Key { get; } = KeyOf(extractor.Backbone, extractor.Pipeline, augmentation, views, seed);

    /// <summary>The key of such rows, known before anything is loaded.</summary>
    public static FeatureKey KeyOf(BackboneSpec backbone, Pipeline pipeline, AugmentationOptions augmentation, int views, int seed) =>
        new(backbone.Sha256, pipeline, backbone.FeatureWidth, views, seed, JsonSerializer.Serialize(augmentation, Json.Compact));

    /// <summary>The row of an image.</summary>
    /// <param name="encoded">The image file.</param>
    /// <param name="contentHash">Its SHA-256, hex: decides the views.</param>
    /// <param name="wait">For memory to decode in.</param>
    /// <inheritdoc cref="ImageDecoder.Decode" path="/exception"/>
    public FeatureRow Extract(ReadOnlyMemory<byte> encoded, string contentHash, DecodeWait wait = default) =>
        new(contentHash, extractor.Extract(encoded, contentHash, views, seed, augmentation, wait));
}
