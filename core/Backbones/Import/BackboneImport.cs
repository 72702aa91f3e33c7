using ClockFunctions.Core.Backbones.Onnx;
using ClockFunctions.Core.Imaging;
using Microsoft.ML.OnnxRuntime;

namespace ClockFunctions.Core.Backbones.Import;

/// <summary>
/// Makes an ONNX network a backbone: finds its input and class output, if it has one, exposes its features and feature map
/// with shapes that <see cref="Backbone"/> can rely on, and proves the result by running it.
/// </summary>
internal static class BackboneImport
{
    /// <summary>Writes the backbone's model to <paramref name="destination"/> and returns its spec.</summary>
    /// <exception cref="BackboneException">The file is no image network that import understands; the message says why.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static BackboneSpec Run(string source, string destination, ImportOptions options)
    {
        OnnxSource file = OnnxSource.Read(source);
        InputNormalisation pixels = options.Normalisation ?? PixelMetadata.Read(file.Outline.Metadata) ?? InputNormalisation.ImageNet;
        (InputSpec image, IReadOnlyDictionary<string, ProbeTensor> given) = ImageInput.Find(file, pixels, options.Size);
        (string? classTensor, ClassifierAnatomy anatomy) = NetworkAnatomy.Of(file, image.Layout, given, options.FeaturesTensor);

        // A first copy shows the tensors inside; the second one is the backbone.
        Save(destination, OnnxEdit.Expose(file.Content, anatomy.Tensors.Except(file.Outline.Outputs.Select(output => output.Name))));
        IReadOnlyDictionary<string, ProbeTensor> seen = Look(destination, image);
        OutputWiring outputs = new(seen, file.Outline.IrVersion);
        string? classes = classTensor is null ? null : outputs.Rows("classes", classTensor);
        (string features, int width, string? map) = outputs.Features(anatomy);
        OnnxTensor? mean = options.MeanImage is null ? null : MeanImage.Read(options.MeanImage, image);
        InputWiring input = InputWiring.For(file.Outline.Inputs[0], image, file.Outline.IrVersion, mean);
        Save(destination, OnnxEdit.Rewrite(file.Content, file.Outline, input.Graph, outputs.Graph));

        BackboneSpec spec = new()
        {
            Id = options.Id,
            File = Path.GetFileName(destination),
            Sha256 = FileHash.Sha256(destination),
            Bytes = new FileInfo(destination).Length,
            Input = input.Input,
            FeaturesTensor = features,
            FeatureWidth = width,
            FeatureMapTensor = map,
            ClassTensor = classes,
            ClassOutput = classTensor is null ? null : seen[classTensor].IsDistribution ? ClassOutput.Probabilities : ClassOutput.Logits,
            ClassCount = classTensor is null ? null : seen[classTensor].Values.Length,
            Classifier = anatomy.WeightTensor is { } weight && classTensor is not null ? new ClassifierLayer(weight) : null,
            SourceSha256 = FileHash.Sha256(source),
            Licence = options.Licence,
            Source = options.Source,
        };
        return BackboneProof.Prove(spec, destination);
    }

    private static IReadOnlyDictionary<string, ProbeTensor> Look(string file, InputSpec image)
    {
        using OnnxProbe probe = OnnxProbe.Open(file);
        try
        {
            return probe.Run(image, seed: 1);
        }
        catch (OnnxRuntimeException e)
        {
            throw new BackboneException($"The model does not run with its features as outputs: {e.Message}", e);
        }
    }

    private static void Save(string file, IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        using FileStream stream = File.Create(file);
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            stream.Write(piece.Span);
        }

        stream.Flush(flushToDisk: true);
    }
}
