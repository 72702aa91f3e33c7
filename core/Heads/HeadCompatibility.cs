using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Heads;

/// <summary>Whether a trained head means anything on what a scorer runs: features of another network are other numbers.</summary>
public static class HeadCompatibility
{
    /// <summary>Why the head must not score with this backbone and pipeline; null when it may.</summary>
    public static string? Refusal(HeadManifest head, BackboneSpec backbone, Pipeline pipeline)
    {
        string running = pipeline.ToString().ToLowerInvariant();
        return head switch
        {
            { SchemaVersion: not 1 } => $"Head {head.Version} has schema version {head.SchemaVersion}; this program reads 1.",
            _ when head.BackboneSha256 != backbone.Sha256 =>
                $"Head {head.Version} was trained on backbone {head.Backbone} ({head.BackboneSha256}), not on {backbone.Id} " +
                    $"({backbone.Sha256}).",
            _ when head.BackboneIdentity is { } identity && identity != backbone.Identity =>
                $"Head {head.Version} was trained on backbone {head.Backbone} with another normalisation, size or colour order than " +
                    $"{backbone.Id} has now.",
            _ when head.FeatureWidth != backbone.FeatureWidth =>
                $"Head {head.Version} is {head.FeatureWidth} wide; backbone {backbone.Id} gives {backbone.FeatureWidth} features.",
            _ when head.Pipeline != running => $"Head {head.Version} was trained on pipeline {head.Pipeline}, not on {running}.",
            _ => null,
        };
    }
}
