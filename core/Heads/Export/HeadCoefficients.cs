using System.Globalization;
using System.Text;

namespace ClockFunctions.Core.Heads.Export;

/// <summary>A head alone: the numbers that a spreadsheet or a few lines of any language can use.</summary>
public sealed record HeadCoefficients
{
    /// <summary>How the numbers make a probability.</summary>
    public string Formula { get; init; } = "probability = 1 / (1 + exp(-(bias + sum of weight * feature)))";

    public required string Version { get; init; }

    public required string Target { get; init; }

    /// <summary>Probability at or above which an image is the target, 0–1.</summary>
    public required double Threshold { get; init; }

    public required string Backbone { get; init; }

    public required string BackboneSha256 { get; init; }

    public required string Pipeline { get; init; }

    /// <summary>For raw features: standardisation and calibration are folded in.</summary>
    public required float Bias { get; init; }

    /// <summary>In the order of the backbone's features.</summary>
    public required IReadOnlyList<FeatureWeight> Weights { get; init; }

    public static HeadCoefficients Of(LearnedHead head, HeadManifest manifest) => new()
    {
        Version = manifest.Version,
        Target = manifest.Target,
        Threshold = manifest.Threshold,
        Backbone = manifest.Backbone,
        BackboneSha256 = manifest.BackboneSha256,
        Pipeline = manifest.Pipeline,
        Bias = head.Bias,
        Weights = [.. head.Weight.ToArray().Select((weight, i) => new FeatureWeight($"{manifest.Backbone}[{i}]", weight))],
    };

    /// <summary>Comma-separated values: a header, the bias, and a feature a line, every digit of each number.</summary>
    public string ToCsv()
    {
        StringBuilder csv = new("feature,weight\n");
        csv.Append(CultureInfo.InvariantCulture, $"bias,{Bias:R}\n");
        foreach (FeatureWeight one in Weights)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{one.Feature},{one.Weight:R}\n");
        }

        return csv.ToString();
    }
}

/// <summary>What one feature counts for.</summary>
/// <param name="Feature">The backbone's id, and the place among its features from 0.</param>
/// <param name="Weight">The logit that a feature of 1 adds.</param>
public sealed record FeatureWeight(string Feature, float Weight);
