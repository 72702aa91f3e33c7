using System.Globalization;
using System.Text.Json;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Heads.Export;

/// <summary>What an exported file says about itself to whoever runs it; docs/export.md lists the keys.</summary>
internal static class ExportMetadata
{
    public static IReadOnlyDictionary<string, string> Of(HeadManifest manifest, BackboneSpec backbone, ExportGraph graph) =>
        new Dictionary<string, string>
        {
            ["version"] = manifest.Version,
            ["created"] = manifest.Created.ToString("O", CultureInfo.InvariantCulture),
            ["target"] = manifest.Target,
            ["labels"] = JsonSerializer.Serialize(
                manifest.LabelCounts.Keys.OrderBy(label => label != manifest.Target).ThenBy(label => label, StringComparer.Ordinal),
                Json.Compact),
            ["threshold"] = manifest.Threshold.ToString("R", CultureInfo.InvariantCulture),
            ["thresholdChoice"] = manifest.ThresholdChoice,
            ["rocAuc"] = manifest.Metrics.RocAuc.Value?.ToString("R", CultureInfo.InvariantCulture) ?? "",
            ["backbone"] = backbone.Id,
            ["backboneSha256"] = backbone.Sha256,
            ["backboneSource"] = backbone.Source,
            ["licence"] = backbone.Licence,
            ["pipeline"] = manifest.Pipeline,
            ["preprocessing"] = Preprocessing(manifest.Pipeline, backbone.Input, graph),
            // What readers of ONNX know by themselves: onnx.ai, "Metadata".
            ["Image.BitmapPixelFormat"] = "Rgb8",
            ["Image.ColorSpaceGamma"] = "SRGB",
            ["Image.NominalPixelRange"] = "NominalRange_0_255",
        };

    private static string Preprocessing(string pipeline, InputSpec input, ExportGraph graph)
    {
        const string Decoded = "Decode upright (EXIF orientation), in sRGB, what is transparent on white.";
        string sized = pipeline switch
        {
            "crop" =>
                $"Scale it, keeping its proportions, until it just covers {Cover(input.Width)}x{Cover(input.Height)}, and cut out the " +
                $"middle {input.Width}x{input.Height}.",
            "full" =>
                $"Scale it, keeping its proportions, to sides of at most {Preprocessor.LongestFullSide} and at least " +
                $"{Preprocessor.ShortestFullSide}.",
            _ => $"Squash the whole image to {input.Width}x{input.Height}.",
        };
        return $"{Decoded} {sized} The filter is linear and antialiased, as Pillow's BILINEAR. Input '{graph.Input}' takes R, G, B of " +
            $"0-255 as float32, NxHxWx3; normalisation is inside. Output '{graph.Output}' is the target's probability.";
    }

    private static int Cover(int side) => (int)Math.Round(side * 256.0 / 224);
}
