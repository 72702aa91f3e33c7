using ClockFunctions.Core.Imaging;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ClockFunctions.Core.Backbones.Import;

/// <summary>Runs an ONNX file to see what its tensors look like: a file's own word on shapes is often missing or wrong.</summary>
internal sealed class OnnxProbe : IDisposable
{
    private readonly InferenceSession _session;

    private OnnxProbe(InferenceSession session) => _session = session;

    /// <exception cref="BackboneException">ONNX Runtime does not load the file.</exception>
    public static OnnxProbe Open(string file)
    {
        try
        {
            using SessionOptions options = new BackboneOptions().ToSession();
            return new(new InferenceSession(file, options));
        }
        catch (OnnxRuntimeException e)
        {
            throw new BackboneException($"ONNX Runtime does not load {Path.GetFileName(file)}: {e.Message}", e);
        }
    }

    /// <summary>Runs one made-up image; float16 tensors go in and come out as float32.</summary>
    /// <returns>The outputs of a floating-point type by name.</returns>
    /// <exception cref="OnnxRuntimeException">The input does not suit the model.</exception>
    public IReadOnlyDictionary<string, ProbeTensor> Run(InputSpec input, int seed)
    {
        float[] image = ProbeImages.Create(input, input.Height, input.Width, seed);
        long[] shape = input.Layout is TensorLayout.Nchw ? [1, 3, input.Height, input.Width] : [1, input.Height, input.Width, 3];
        using OrtValue value = _session.InputMetadata[input.Name].ElementDataType == TensorElementType.Float16
            ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(image, pixel => (Float16)pixel), shape)
            : OrtValue.CreateTensorValueFromMemory(image, shape);
        string[] names = [.. _session.OutputMetadata.Keys];
        using RunOptions run = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(run, [input.Name], [value], names);
        return names.Zip(outputs)
            .Where(pair => pair.Second.IsTensor)
            .Select(pair => (pair.First, Tensor: Read(pair.Second)))
            .Where(pair => pair.Tensor is not null)
            .ToDictionary(pair => pair.First, pair => pair.Tensor!);
    }

    public void Dispose() => _session.Dispose();

    private static ProbeTensor? Read(OrtValue value)
    {
        OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
        return info.ElementDataType switch
        {
            TensorElementType.Float => new(value.GetTensorDataAsSpan<float>().ToArray(), info.Shape, IsHalf: false),
            TensorElementType.Float16 =>
                new([.. value.GetTensorDataAsSpan<Float16>().ToArray().Select(half => half.ToFloat())], info.Shape, IsHalf: true),
            _ => null,
        };
    }
}
