using System.Diagnostics;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Imaging;
using Microsoft.ML.OnnxRuntime;

namespace ClockFunctions.Bench.Score;

/// <summary>
/// What no implementation can leave out: libjpeg-turbo's decode of the bytes, and a bare ONNX Runtime run of the network.
/// </summary>
public sealed class Floor : IDisposable
{
    private readonly TurboJpeg _jpeg = new();
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly OrtValue[] _input;
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;

    public Floor(BackboneSpec spec, string file, int threads)
    {
        using SessionOptions options = new()
        {
            IntraOpNumThreads = threads,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        };
        options.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR;
        _session = new InferenceSession(file, options);
        bool nchw = spec.Input.Layout == TensorLayout.Nchw;
        long[] shape = nchw ? [1, 3, spec.Input.Height, spec.Input.Width] : [1, spec.Input.Height, spec.Input.Width, 3];
        _input = [OrtValue.CreateTensorValueFromMemory(new float[3 * spec.Input.Height * spec.Input.Width], shape)];
        _inputNames = [spec.Input.Name];
        _outputNames = [spec.ClassTensor ?? spec.FeaturesTensor];
    }

    public TimeSpan Run(byte[] photo)
    {
        long start = Stopwatch.GetTimestamp();
        _jpeg.Decode(photo);
        using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(_run, _inputNames, _input, _outputNames);
        return Stopwatch.GetElapsedTime(start);
    }

    public void Dispose()
    {
        _jpeg.Dispose();
        _input[0].Dispose();
        _run.Dispose();
        _session.Dispose();
    }
}
