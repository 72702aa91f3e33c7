using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Storage.Features;

/// <summary>
/// Everything, beside the image's content, that decides its features. Features of different keys never mix:
/// each key has a folder of its own in the cache.
/// </summary>
/// <param name="Backbone">Identity of the backbone: its file and how it is fed.</param>
/// <param name="Pipeline">How images become its input.</param>
/// <param name="FeatureWidth">F, features a view.</param>
/// <param name="Views">V, views an image; view 0 is the clean one.</param>
/// <param name="Seed">Seed of the views.</param>
/// <param name="Augmentation">What the views do to an image, as text.</param>
public sealed record FeatureKey(string Backbone, Pipeline Pipeline, int FeatureWidth, int Views, int Seed, string Augmentation)
{
    /// <summary>To be raised when the same bytes give other pixels: then everything is computed anew.</summary>
    public int Preprocessing { get; init; } = 2;

    /// <summary>The key in a name: 16 hex digits.</summary>
    [JsonIgnore]
    public string Id => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, Json.Compact)))[..16];

    /// <summary>Where the cache of this key is in container <c>models</c>.</summary>
    [JsonIgnore]
    public string Folder => $"features/{Id}/";

    /// <summary>
    /// Class probabilities of a row: 1000, or 0 of a backbone that gives features alone. No part of the <see cref="Id"/>: the backbone's
    /// identity decides it.
    /// </summary>
    [JsonIgnore]
    public int Classes { get; init; } = FeatureRow.Classes;

    /// <summary>Halves a row: V×F features, then the class probabilities.</summary>
    [JsonIgnore]
    public int RowLength => (Views * FeatureWidth) + Classes;
}
