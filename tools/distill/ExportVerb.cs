using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using ClockFunctions.Core;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Backbones.Onnx;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Distill.Student;
using ClockFunctions.Distill.Training;
using ClockFunctions.Distill.Views;

namespace ClockFunctions.Distill;

/// <summary><c>export</c>: a run's averaged student as an ONNX file and the spec beside it.</summary>
public static class ExportVerb
{
    public static Command Create()
    {
        Option<string> run = new("--run") { Required = true, Description = "Folder of the run." };
        Option<string> cache = new("--cache") { Required = true, Description = "Folder of a cache of the run." };
        Option<string> output = new("--out", "-o") { Required = true, Description = "Folder to write to." };
        Option<string> id = new("--id")
        {
            DefaultValueFactory = _ => BackboneSpec.ShippedId,
            Description = "Id of the backbone, and name of its files.",
        };
        Option<WeightFormat> format = new("--format") { DefaultValueFactory = _ => WeightFormat.EightBit };
        Option<int> taps = new("--taps") { DefaultValueFactory = _ => 1, Description = "How many of the last steps give features." };
        Option<int> size = new("--size") { Description = "Native input size of the spec; default the run's." };
        Option<double?> summedThreshold = new("--summed-threshold")
        {
            Description = "Threshold of head summed for the spec: the verb evaluate finds it.",
        };
        Option<string> licence = new("--licence") { DefaultValueFactory = _ => "unknown" };
        Option<string> source = new("--source") { DefaultValueFactory = _ => "unknown" };
        Command verb = new(
            "export", "Writes a run's student as ONNX.") { run, cache, output, id, format, taps, size, summedThreshold, licence, source };
        verb.SetAction(parsed =>
        {
            CacheManifest manifest = ViewCache.ReadManifest(parsed.GetRequiredValue(cache));
            (TrainOptions options, int step, FoldedNetwork network) = Checkpoint.Read(
                parsed.GetRequiredValue(run), manifest.Classes, manifest.Features);
            string folder = parsed.GetRequiredValue(output);
            string name = parsed.GetRequiredValue(id);
            byte[] model = OnnxExport.Write(network, parsed.GetValue(format), new Dictionary<string, string>
            {
                ["licence"] = parsed.GetRequiredValue(licence),
                ["source"] = parsed.GetRequiredValue(source),
                ["plan"] = options.Plan,
            }, parsed.GetValue(taps));
            int side = parsed.GetValue(size) == 0 ? options.Size : parsed.GetValue(size);
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(Path.Combine(folder, $"{name}.onnx"), model);
            File.WriteAllText(Path.Combine(folder, $"{name}.json"), JsonSerializer.Serialize(new BackboneSpec
            {
                Id = name,
                File = $"{name}.onnx",
                Sha256 = Convert.ToHexStringLower(SHA256.HashData(model)),
                Bytes = model.Length,
                Input = new InputSpec
                {
                    Name = "input",
                    Height = side,
                    Width = side,
                    DynamicSize = true,
                    DynamicBatch = true,
                    Scale = InputNormalisation.TensorFlow.Scale,
                    Mean = InputNormalisation.TensorFlow.Mean,
                    Std = InputNormalisation.TensorFlow.Std,
                },
                FeaturesTensor = "features",
                FeatureWidth = OnnxExport.FeatureWidth(network.Plan, parsed.GetValue(taps)),
                FeatureMapTensor = "feature_map",
                ClassTensor = "probabilities",
                ClassOutput = ClassOutput.Probabilities,
                ClassCount = network.Classes,
                Classifier = new ClassifierLayer(OnnxReader.Read(model).Nodes.Last(node => node.Operation == "Gemm").Inputs[1]),
                SummedThreshold = parsed.GetValue(summedThreshold),
                Licence = parsed.GetRequiredValue(licence),
                Source = parsed.GetRequiredValue(source),
            }, Json.Indented) + "\n");
            Log.Line($"{Path.Combine(folder, name)}.onnx: {model.Length} bytes, step {step} of {options.Steps}");
        });
        return verb;
    }
}
