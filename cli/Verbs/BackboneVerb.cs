using System.CommandLine;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Cli.Verbs;

/// <summary><c>clocks backbone list|pull|import|verify</c>: the backbones that images can be turned into features with.</summary>
public static class BackboneVerb
{
    public static Command Create() => new("backbone", "The pretrained networks that turn images into features")
    {
        BackboneListVerb.Create(),
        BackbonePullVerb.Create(),
        BackboneImportVerb.Create(),
        BackboneVerifyVerb.Create(),
    };

    /// <summary>The option that every one of them takes.</summary>
    internal static Option<string?> Folder() => new("--folder")
    {
        Description = "Folder of pulled and imported backbones [default: setting BackboneFolder, or .clocks/backbones in the home folder]",
        HelpName = "DIR",
    };

    internal static BackboneCatalogue Catalogue(ParseResult parsed, Option<string?> folder) =>
        new(parsed.GetValue(folder) ?? Settings.Options(parsed).BackboneFolder);

    internal static Option<bool> JsonOutput() => new("--json") { Description = "Write JSON for machines" };

    internal static void Write(BackboneSpec spec, bool json)
    {
        if (json)
        {
            Terminal.WriteJson(spec);
            return;
        }

        InputSpec input = spec.Input;
        string layout = input.Layout is TensorLayout.Nchw ? "N×3×H×W" : "N×H×W×3";
        string free = (input.DynamicBatch, input.DynamicSize) switch
        {
            (true, true) => "any batch and size",
            (true, false) => "any batch",
            (false, true) => "one image at a time, any size",
            _ => "one image at a time",
        };
        Console.WriteLine($"""
            {spec.Id}
              input     {input.Name}, {layout}, {input.ColorOrder.ToString().ToUpperInvariant()} {input.Height}x{input.Width}, {free}
              features  {spec.FeaturesTensor}, {spec.FeatureWidth}
              map       {spec.FeatureMapTensor ?? "none"}
              classes   {(spec.HasClasses
                  ? $"{spec.ClassTensor}, {spec.ClassCount} {spec.ClassOutput.ToString()!.ToLowerInvariant()}"
                  : "none: features alone, so nothing answers before the first training")}
              model     {spec.File}, {spec.Bytes} bytes, sha256 {spec.Sha256}
              licence   {spec.Licence}
              source    {spec.Source}
            """);
    }
}
