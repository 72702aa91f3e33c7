using System.CommandLine;
using System.Globalization;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Cli.Verbs;

/// <summary><c>clocks backbone import FILE.onnx</c>.</summary>
internal static class BackboneImportVerb
{
    public static Command Create()
    {
        Argument<FileInfo> file = new("FILE")
        {
            Description = "An ONNX network that classifies images or encodes them, or a ZIP file with one in it",
        };
        Option<string?> id = new("--id") { Description = "Id to install it under [default: the file's name]" };
        Option<string?> preset = new("--preset")
        {
            Description = "How it was trained to see pixels: imagenet (RGB, mean and deviation of ImageNet), tf (RGB in -1..1), " +
                "lite ((RGB-127)/128), caffe (BGR minus mean), unit (RGB in 0..1), raw (RGB in 0..255) [default: what the file's " +
                "metadata says, else imagenet]",
        };
        preset.AcceptOnlyFromAmong([.. InputNormalisation.Presets.Keys]);
        Option<float?> scale = new("--scale") { Description = "Factor on 0..255, instead of the preset's" };
        Option<string?> mean = new("--mean") { Description = "Mean to subtract after scaling: one number or three", HelpName = "M,M,M" };
        Option<string?> std = new("--std") { Description = "Divisor after that: one number or three", HelpName = "S,S,S" };
        Option<bool> bgr = new("--bgr") { Description = "Blue comes first" };
        Option<string?> meanImage = new("--mean-image")
        {
            Description = "ONNX file whose one weight is the mean image to subtract, of the input's shape",
            HelpName = "FILE.onnx",
        };
        Option<int> size = new("--size")
        {
            Description = "Side of the input in pixels, where the file leaves it open",
            DefaultValueFactory = _ => 224,
        };
        Option<string?> features = new("--features")
        {
            Description = "Tensor to take as features [default: the last layer's input, or the output of an encoder]",
            HelpName = "TENSOR",
        };
        Option<string> licence = new("--licence") { Description = "Licence to note in the spec", DefaultValueFactory = _ => "unknown" };
        Option<string?> folder = BackboneVerb.Folder();
        Option<bool> json = BackboneVerb.JsonOutput();
        Command command = new("import", "Make an ONNX network a backbone: find and expose its features, run it, install it")
        {
            file, id, preset, scale, mean, std, bgr, meanImage, size, features, licence, folder, json,
        };
        command.SetAction(parsed =>
        {
            FileInfo model = parsed.GetRequiredValue(file);
            if (!model.Exists)
            {
                throw new UsageException($"There is no file {model.FullName}.");
            }

            if (parsed.GetValue(size) is < 32 or > 4096)
            {
                throw new UsageException("--size must be 32 to 4096.");
            }

            if (parsed.GetValue(meanImage) is { } image && !File.Exists(image))
            {
                throw new UsageException($"There is no file {image}.");
            }

            (float? factor, bool blueFirst) = (parsed.GetValue(scale), parsed.GetValue(bgr));
            (float[]? centre, float[]? spread) = (Channels(parsed.GetValue(mean), "--mean"), Channels(parsed.GetValue(std), "--std"));
            InputNormalisation? pixels = parsed.GetValue(preset) is { } named ? InputNormalisation.Presets[named] : null;
            if (factor is not null || centre is not null || spread is not null || blueFirst)
            {
                // A part that is given changes a preset; the file is not asked then.
                pixels ??= InputNormalisation.ImageNet;
                pixels = pixels with
                {
                    Scale = factor ?? pixels.Scale,
                    Mean = centre ?? pixels.Mean,
                    Std = spread ?? pixels.Std,
                    ColorOrder = blueFirst ? ColorOrder.Bgr : pixels.ColorOrder,
                };
            }

            BackboneSpec spec = BackboneVerb.Catalogue(parsed, folder).Import(model.FullName, new()
            {
                Id = parsed.GetValue(id) ?? Path.GetFileNameWithoutExtension(model.Name).ToLowerInvariant(),
                Normalisation = pixels,
                MeanImage = parsed.GetValue(meanImage),
                Size = parsed.GetValue(size),
                FeaturesTensor = parsed.GetValue(features),
                Licence = parsed.GetRequiredValue(licence),
                Source = model.Name,
            });
            BackboneVerb.Write(spec, parsed.GetValue(json));
        });
        return command;
    }

    /// <summary>Three numbers, or one for all three channels.</summary>
    private static float[]? Channels(string? text, string option)
    {
        if (text is null)
        {
            return null;
        }

        List<float> values = [];
        foreach (string part in text.Split(','))
        {
            if (float.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value))
            {
                values.Add(value);
            }
        }

        return (values.Count == text.Split(',').Length, values) switch
        {
            (true, [var all]) => [all, all, all],
            (true, [_, _, _]) => [.. values],
            _ => throw new UsageException($"{option} takes one number or three with commas between, not '{text}'."),
        };
    }
}
