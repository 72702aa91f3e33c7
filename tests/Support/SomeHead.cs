using System.Globalization;
using System.Security.Cryptography;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;

namespace ClockFunctions.Tests.Support;

/// <summary>Complete heads for the small backbone, as a training would write them.</summary>
public static class SomeHead
{
    /// <param name="number">Orders the versions, 0–59.</param>
    /// <param name="bias">Decides what the head says about any image: its weights are zero.</param>
    /// <param name="change">Changes the manifest.</param>
    public static HeadDirectory Of(int number, float bias = 2, Func<HeadManifest, HeadManifest>? change = null)
    {
        BackboneSpec backbone = TestBackbone.Spec;
        byte[] weights = HeadFile.Write(new float[backbone.FeatureWidth], bias);
        HeadManifest manifest = Some.Manifest(weights, backbone.FeatureWidth) with
        {
            Version = string.Create(CultureInfo.InvariantCulture, $"20260101T0000{number:00}Z-abcdef"),
            Backbone = backbone.Id,
            BackboneSha256 = backbone.Sha256,
            WeightsSha256 = Convert.ToHexStringLower(SHA256.HashData(weights)),
        };
        return new HeadDirectory(weights, change?.Invoke(manifest) ?? manifest, "{}", $"<!doctype html><title>{manifest.Version}</title>");
    }

    /// <summary>The same head with a scale of novelty.</summary>
    public static HeadDirectory With(this HeadDirectory head, NoveltyScale novelty)
    {
        byte[] file = NoveltyFile.Write(novelty);
        HeadNovelty record = new(0.9, 100, Convert.ToHexStringLower(SHA256.HashData(file)));
        return head with { Manifest = head.Manifest with { Novelty = record }, Novelty = file };
    }
}
