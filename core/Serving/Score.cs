using System.Text.Json.Serialization;
using ClockFunctions.Core.Backbones;

namespace ClockFunctions.Core.Serving;

/// <summary>The answer about one image.</summary>
public sealed record Score
{
    /// <summary><see cref="Label"/> of an image that is too novel to be judged.</summary>
    public const string Unknown = "unknown";

    /// <summary>
    /// The target: what <see cref="Probability"/> is the probability of; or <see cref="Unknown"/>, where a setting asks for that and
    /// <see cref="Novelty"/> is above it. Everything else stays as it would be.
    /// </summary>
    public required string Label { get; init; }

    /// <summary>0–1, to six decimals.</summary>
    public required double Probability { get; init; }

    /// <summary>Whether the probability reaches <see cref="Threshold"/>.</summary>
    public required bool IsTarget { get; init; }

    /// <summary>0–1: the head's own, or the one asked for.</summary>
    public required double Threshold { get; init; }

    /// <summary>
    /// How unlike the training photos the image is, 0–100 to one decimal: the percentile of its distance among their own. Null where no
    /// learned head answers, or one that cannot tell it well.
    /// </summary>
    public double? Novelty { get; init; }

    public required ScoreModel Model { get; init; }

    public required ImageSize Image { get; init; }

    /// <summary>
    /// The backbone's five most probable ImageNet classes, best first, whatever head answered; null where it gives features alone.
    /// </summary>
    public IReadOnlyList<ClassScore>? TopClasses { get; init; }

    public required ScoreTiming Timing { get; init; }

    /// <summary>A <c>data:image/png</c> overlay of what the head looked at; only where it was asked for.</summary>
    public string? Explanation { get; init; }
}

/// <summary>What answered.</summary>
/// <param name="Version">
/// The registry's version; <c>zero-shot</c> for a head that nobody trained; <c>none</c> while nothing answers.
/// </param>
/// <param name="Head"><c>learned</c>, <c>summed</c> or <c>topk</c>; <c>none</c> while nothing answers.</param>
/// <param name="Backbone">The backbone's id.</param>
public sealed record ScoreModel(string Version, string Head, string Backbone)
{
    public const string ZeroShotVersion = "zero-shot";

    /// <summary>Version and head while nothing answers: before the first training, on a backbone that gives features alone.</summary>
    public const string None = "none";

    /// <summary>What answers while no learned model serves.</summary>
    public static ScoreModel Unlearned(BackboneSpec backbone) =>
        backbone.HasClasses ? new(ZeroShotVersion, "summed", backbone.Id) : new(None, None, backbone.Id);
}

/// <summary>The image as sent, upright, in pixels.</summary>
public sealed record ImageSize(int Width, int Height);

/// <summary>One ImageNet class.</summary>
/// <param name="Index">0-based id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Probability">0–1, to six decimals.</param>
public sealed record ClassScore(int Index, string Name, double Probability);

/// <summary>Milliseconds that each stage took, waiting for a place not included.</summary>
public sealed record ScoreTiming(double DecodeMs, double PreprocessMs, double BackboneMs, double HeadMs);

/// <summary>Several files' answers in the order of the files: a <see cref="Score"/>, or problem details for an unusable file.</summary>
/// <param name="Scores">One a file.</param>
public sealed record ScoreBatch(IReadOnlyList<object> Scores);

/// <summary>Compiled serialisation of the hot answers: reflection would cost a cold start tens of milliseconds.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Score))]
internal sealed partial class ScoreJson : JsonSerializerContext;
