using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Heads.Export;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Serving;
using ClockFunctions.Core.Settings;
using Microsoft.ML.OnnxRuntime;

namespace ClockFunctions.Tests.Support;

/// <summary>A backbone with a head whose weights are random, in the service's own scorer and in a file that was exported of them.</summary>
public sealed class ExportedRun : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clocks-export-").FullName;
    private readonly Backbone _backbone;
    private readonly ServedModel _model;
    private readonly Scorer _scorer;
    private readonly Preprocessor _pixels;
    private readonly ImageDecoder _decoder = new(new ImageLimits());
    private readonly Lazy<InferenceSession> _session;

    public ExportedRun(BackboneSpec spec, string file, Pipeline pipeline = Pipeline.Resize)
    {
        float[] weight = Weight(spec.FeatureWidth);
        LearnedHead head = new(weight, 0.25f, 0.5);
        byte[] bytes = HeadFile.Write(weight, 0.25f);
        HeadManifest manifest = Some.Manifest(bytes, spec.FeatureWidth) with
        {
            Backbone = spec.Id,
            BackboneSha256 = spec.Sha256,
            BackboneIdentity = spec.Identity,
            Pipeline = pipeline.ToString().ToLowerInvariant(),
        };
        new HeadDirectory(bytes, manifest, "{}", "").Write(Path.Combine(_folder, "model"));
        _model = new ServedModel(head, manifest);
        _backbone = Backbone.Load(spec, file);
        _scorer = new(new ClassifierOptions(), new(_decoder, new(spec.Input, pipeline), _backbone));
        InputSpec pixels = spec.Input with
        {
            Layout = TensorLayout.Nhwc,
            ColorOrder = ColorOrder.Rgb,
            Scale = 1,
            Mean = [0, 0, 0],
            Std = [1, 1, 1],
        };
        _pixels = new Preprocessor(pixels, pipeline);
        Exported = ModelExport.Write(Path.Combine(_folder, "model.onnx"), spec, file, head, manifest);
        _session = new(() => new InferenceSession(Exported.File));
    }

    public ExportedModel Exported { get; }

    /// <summary>What <c>clocks train -o</c> would have written.</summary>
    public string ModelFolder => Path.Combine(_folder, "model");

    public InferenceSession Session => _session.Value;

    /// <summary>The probability that the service answers, to six decimals.</summary>
    public double Scored(byte[] photo) => _scorer.Score(photo, _model, new ScoreOptions()).Score.Probability;

    /// <summary>The photo as the exported file takes it: H×W×3, R G B of 0–255.</summary>
    public (float[] Values, int Height, int Width) Pixels(byte[] photo)
    {
        using DecodedImage image = _decoder.Decode(photo, _pixels.MinimumShortSide);
        (int height, int width) = _pixels.OutputSize(image.Width, image.Height);
        float[] values = new float[3 * height * width];
        _pixels.Write(image.Pixels, values);
        return (values, height, width);
    }

    /// <summary>The probability that the exported file gives.</summary>
    public double Run(byte[] photo)
    {
        (float[] values, int height, int width) = Pixels(photo);
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(values, [1, height, width, 3]);
        using RunOptions run = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = Session.Run(run, [Exported.Input], [input], [Exported.Output]);
        return outputs[0].GetTensorDataAsSpan<float>()[0];
    }

    public void Dispose()
    {
        if (_session.IsValueCreated)
        {
            _session.Value.Dispose();
        }

        _backbone.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Weights that spread the probabilities of pictures over 0–1.</summary>
    private static float[] Weight(int width)
    {
        Random random = new(5);
        return [.. Enumerable.Range(0, width).Select(_ => (float)((random.NextDouble() - 0.5) * 8 / Math.Sqrt(width)))];
    }
}
