using System.Numerics.Tensors;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Distill;

/// <summary>The network to learn from: any ImageNet classifier that <see cref="BackboneCatalogue.Import"/> understands.</summary>
public sealed class Teacher : IDisposable
{
    private readonly Backbone _backbone;
    private readonly Preprocessor _preprocessor;

    private Teacher(Backbone backbone)
    {
        _backbone = backbone;
        _preprocessor = new(backbone.Spec.Input, Pipeline.Resize);
    }

    /// <summary>Imports an ONNX file into a folder and opens it.</summary>
    /// <param name="file">The ONNX file.</param>
    /// <param name="normalisation">How its input is scaled.</param>
    /// <param name="folder">Where the imported copy and its spec go.</param>
    /// <param name="threads">Threads that ONNX Runtime may use.</param>
    /// <exception cref="BackboneException">The file is no classifier that import understands.</exception>
    public static Teacher Import(string file, InputNormalisation normalisation, string folder, int threads)
    {
        BackboneCatalogue catalogue = new(folder);
        catalogue.Import(file, new ImportOptions { Id = "teacher", Normalisation = normalisation });
        (BackboneSpec spec, string imported) = catalogue.Resolve("teacher");
        return new(Backbone.Load(spec, imported, new BackboneOptions { IntraOpThreads = threads }));
    }

    /// <summary>Side of its input in pixels.</summary>
    public int Size => _backbone.Spec.Input.Height;

    /// <summary>Number of features.</summary>
    public int Features => _backbone.Spec.FeatureWidth;

    /// <summary>Values that one image takes.</summary>
    public int InputLength => 3 * Size * Size;

    /// <summary>Writes one image as the network takes it. Safe for concurrent use.</summary>
    public void Prepare(PixelBuffer image, Span<float> input) => _preprocessor.Write(image, input);

    /// <summary>Runs a batch of prepared images.</summary>
    /// <returns>Features [N·F], and class scores [N·1000]: logarithms of probabilities, which a softmax takes back to them.</returns>
    public (float[] Features, float[] Scores) Run(ReadOnlyMemory<float> input, int batch)
    {
        const float Smallest = 1e-30f;
        BackboneOutput output = _backbone.Run(input, batch, Size, Size);
        TensorPrimitives.Max(output.Probabilities, Smallest, output.Probabilities);
        TensorPrimitives.Log<float>(output.Probabilities, output.Probabilities);
        return (output.Features, output.Probabilities);
    }

    public void Dispose() => _backbone.Dispose();
}
