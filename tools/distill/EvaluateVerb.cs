using System.CommandLine;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Distill.Judging;

namespace ClockFunctions.Distill;

/// <summary><c>evaluate</c>: how well heads on a backbone tell a target from other photos.</summary>
public static class EvaluateVerb
{
    public static Command Create()
    {
        Option<string> spec = new("--spec") { Required = true, Description = "Spec (.json) of the backbone, its ONNX file beside it." };
        Option<string> photos = new("--photos") { Required = true, Description = "Folder with a folder a label." };
        Option<string> target = new("--target") { DefaultValueFactory = _ => "clock" };
        Option<int[]> classes = new("--classes")
        {
            DefaultValueFactory = _ => [409, 530, 531, 826, 892],
            Description = "ImageNet ids of the target.",
        };
        Option<double[]> penalties = new("--l2")
        {
            DefaultValueFactory = _ => [1, 10, 100],
            AllowMultipleArgumentsPerToken = true,
            Description = "Penalties of the learned head to try.",
        };
        Option<string?> unseen = new("--unseen")
        {
            Description = "Folder of those photos that the backbone did not learn from: only they are judged, the head learns from all.",
        };
        Option<int> size = new("--size") { Description = "Input size; default the spec's." };
        Command verb = new(
            "evaluate", "Cross-validates a learned head on a backbone, and measures its zero-shot head.") { spec, photos, target, classes,
            penalties, unseen, size };
        verb.SetAction(parsed =>
        {
            (BackboneSpec found, string file) = new BackboneCatalogue().Resolve(parsed.GetRequiredValue(spec));
            int side = parsed.GetValue(size);
            InputSpec input = side == 0 ? found.Input : found.Input with { Height = side, Width = side };
            using Backbone backbone = Backbone.Load(found with { Input = input }, file, new BackboneOptions { IntraOpThreads = 1 });
            FeatureExtractor extractor = new(new ImageDecoder(new ImageLimits()), new Preprocessor(input, Pipeline.Resize), backbone);
            new Judge(extractor, Log.Line).Run(
                parsed.GetRequiredValue(photos), parsed.GetRequiredValue(target), parsed.GetRequiredValue(classes),
                parsed.GetRequiredValue(penalties), parsed.GetValue(unseen));
        });
        return verb;
    }
}
