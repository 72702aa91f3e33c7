using ClockFunctions.Core.Backbones.Onnx;

namespace ClockFunctions.Core.Backbones.Import;

/// <summary>The file that is imported.</summary>
internal sealed record OnnxSource(string Path, ReadOnlyMemory<byte> Content, OnnxModel Outline)
{
    public string Name => System.IO.Path.GetFileName(Path);

    /// <exception cref="BackboneException">The file is no ONNX model, or keeps its weights elsewhere.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static OnnxSource Read(string path)
    {
        OnnxSource source;
        try
        {
            byte[] content = File.ReadAllBytes(path);
            source = new(path, content, OnnxReader.Read(content));
        }
        catch (InvalidDataException e)
        {
            throw new BackboneException($"{System.IO.Path.GetFileName(path)} is not an ONNX model: {e.Message}", e);
        }

        if (source.Outline.Initializers.Values.FirstOrDefault(weight => weight.ExternalFile is not null) is { } elsewhere)
        {
            throw new BackboneException(
                $"{source.Name} keeps the weight '{elsewhere.Name}' in another file ({elsewhere.ExternalFile}). " +
                "Save the model with its weights inside (in Python: onnx.save_model without external data) and import that.");
        }

        return source;
    }
}
