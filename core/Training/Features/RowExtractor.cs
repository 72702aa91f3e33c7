using System.Text.Json;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Storage.Features;

namespace ClockFunctions.Core.Training.Features;

/// <summary>
/// Makes rows of the feature cache: an image's clean view and its augmented ones through the backbone. Safe for concurrent use.
/// </summary>
/// <param name="extractor">Decodes an image and runs its views through the backbone.</param>
/// <param name="augmentation">What the views other than the clean one do.</param>
/// <param name="views">V, the clean view included.</param>
/// <param name="seed">Seed of the views.</param>
public sealed class RowExtractor(FeatureExtractor extractor, AugmentationOptions augmentation, int views, int seed)
{
    /// <summary>What the rows depend on, beside the image.</summary>
    public FeatureKey Key { get; } = KeyOf(extractor.Backbone.Spec, extractor.Preprocessor.Pipeline, augmentation, views, seed);

    /// <summary>The key of such rows, known before anything is loaded.</summary>
    public static FeatureKey KeyOf(BackboneSpec backbone, Pipeline pipeline, AugmentationOptions augmentation, int views, int seed)
    {
        // The clean view is the same for every seed and range.
        FeatureKey key = views == 1
            ? new(backbone.Identity, pipeline, backbone.FeatureWidth, views, Seed: 0, Augmentation: "")
            : new(backbone.Identity, pipeline, backbone.FeatureWidth, views, seed, JsonSerializer.Serialize(augmentation, Json.Compact));
        return backbone.HasClasses ? key : key with { Classes = 0 };
    }

    /// <summary>
    /// The row of an image: V×F features, the clean view's first, then the clean view's class probabilities, where there are any.
    /// </summary>
    /// <param name="encoded">The image file.</param>
    /// <param name="contentHash">Its SHA-256, hex: decides the views.</param>
    /// <param name="wait">For memory to decode in.</param>
    /// <inheritdoc cref="ImageDecoder.Decode" path="/exception"/>
    public FeatureRow Extract(ReadOnlyMemory<byte> encoded, string contentHash, DecodeWait wait = default)
    {
        BackboneOutput output = extractor.ExtractViews(encoded, contentHash, firstView: 0, views, seed, augmentation, wait);
        Half[] row = new Half[Key.RowLength];
        HalfRow.Write(output.Features, row);
        HalfRow.Write(output.ProbabilitiesOf(0), row.AsSpan(output.Features.Length));
        return new FeatureRow(contentHash, row);
    }
}
