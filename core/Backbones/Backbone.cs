using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using ClockFunctions.Core.Imaging;
using Microsoft.ML.OnnxRuntime;

namespace ClockFunctions.Core.Backbones;

/// <summary>One ONNX Runtime session of a backbone. Safe for concurrent use: load one a process.</summary>
public sealed class Backbone : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly ReaderWriterLockSlim _use = new(); // runs share it; whoever disposes has it alone
    private readonly string[] _inputs;
    private readonly string[] _outputs;
    private bool _disposed;

    private Backbone(BackboneSpec spec, InferenceSession session)
    {
        Spec = spec;
        _session = session;
        _inputs = [spec.Input.Name];
        _outputs = spec.HasClasses ? [spec.FeaturesTensor, spec.ClassTensor] : [spec.FeaturesTensor];
    }

    public BackboneSpec Spec { get; }

    /// <summary>Opens the ONNX file of a spec.</summary>
    /// <exception cref="BackboneException">The file is missing, is not the spec's, or ONNX Runtime cannot run it.</exception>
    public static Backbone Load(BackboneSpec spec, string file, BackboneOptions? options = null)
    {
        // Heads and cached features are filed under the hash: another file of the same name must not pass for this one.
        if (Damage(spec, file) is { } damage)
        {
            throw new BackboneException($"The model of backbone '{spec.Id}' {damage}. Pull or import it again.");
        }

        try
        {
            using SessionOptions session = (options ?? new()).ToSession();
            return new(spec, new InferenceSession(file, session));
        }
        catch (OnnxRuntimeException e)
        {
            throw new BackboneException($"ONNX Runtime cannot load backbone '{spec.Id}' from {file}: {e.Message}", e);
        }
    }

    /// <summary>What is wrong with a model's file, as the rest of a sentence; null when it is the spec's to the byte.</summary>
    internal static string? Damage(BackboneSpec spec, string file)
    {
        FileInfo found = new(file);
        return (found.Exists, found.Exists && found.Length == spec.Bytes) switch
        {
            (false, _) => $"is not there: {file} does not exist",
            (_, false) => $"is damaged: {file} has {found.Length} bytes, not {spec.Bytes}",
            _ => FileHash.Sha256(file) is var hash && hash != spec.Sha256
                ? $"is damaged: the sha256 of {file} is {hash}, not {spec.Sha256}" : null,
        };
    }

    /// <summary>Runs N images at once, or one by one where the model's batch is fixed.</summary>
    /// <param name="input">N×3×H×W or N×H×W×3 float32, as <see cref="InputSpec.Layout"/> says; read in place.</param>
    /// <param name="batch">N, at least 1.</param>
    /// <param name="height">H in pixels.</param>
    /// <param name="width">W in pixels.</param>
    /// <param name="featureMap">Whether the feature map is wanted too. Default no.</param>
    /// <exception cref="ArgumentException">The input's length is not N×3×H×W.</exception>
    /// <exception cref="BackboneException">A feature map is asked of a backbone without one, or the run fails.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    public BackboneOutput Run(ReadOnlyMemory<float> input, int batch, int height, int width, bool featureMap = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        BackboneOutput output = new(batch, Spec);
        RunInto(output, 0, input, batch, height, width, featureMap);
        return output;
    }

    /// <summary>As <see cref="Run"/>, into some rows of an output that holds more images than these.</summary>
    /// <param name="output">Takes the result.</param>
    /// <param name="firstRow">Row of the first image of the batch.</param>
    /// <param name="input">As for <see cref="Run"/>, like the rest.</param>
    /// <param name="batch">N.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="featureMap">Whether the feature map is wanted too.</param>
    /// <inheritdoc cref="Run" path="/exception"/>
    internal void RunInto(
        BackboneOutput output, int firstRow, ReadOnlyMemory<float> input, int batch, int height, int width, bool featureMap)
    {
        int image = 3 * height * width;
        if (input.Length != batch * image)
        {
            throw new ArgumentException(
                $"The input holds {input.Length} values; {batch} images of {height}x{width} take {batch * image}.", nameof(input));
        }

        if (featureMap && Spec.FeatureMapTensor is null)
        {
            throw new BackboneException($"Backbone '{Spec.Id}' has no feature map: its features are not the mean of one.");
        }

        int step = Spec.Input.DynamicBatch ? batch : 1;
        _use.EnterReadLock();
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            for (int row = 0; row < batch; row += step)
            {
                RunRows(input.Slice(row * image, step * image), output, firstRow + row, step, height, width, featureMap);
            }
        }
        finally
        {
            _use.ExitReadLock();
        }
    }

    /// <summary>
    /// Waits for the runs under way: a session that is freed under one takes the process with it. Runs that come later throw.
    /// </summary>
    public void Dispose()
    {
        _use.EnterWriteLock();
        try
        {
            if (!_disposed)
            {
                _disposed = true;
                _session.Dispose();
                _run.Dispose();
            }
        }
        finally
        {
            _use.ExitWriteLock();
        }
    }

    private void RunRows(ReadOnlyMemory<float> input, BackboneOutput output, int row, int rows, int height, int width, bool featureMap)
    {
        int classCount = Spec.ClassCount ?? 0;
        using RentedMemory<float> rented = RentedMemory<float>.Rent(rows * classCount);
        try
        {
            long[] shape = Spec.Input.Layout is TensorLayout.Nchw ? [rows, 3, height, width] : [rows, height, width, 3];
            using OrtValue inputValue = Tensor(MemoryMarshal.AsMemory(input), shape);
            using OrtValue featuresValue = Tensor(
                output.Features.AsMemory(row * Spec.FeatureWidth, rows * Spec.FeatureWidth), [rows, Spec.FeatureWidth]);
            Memory<float> classes = rented.Memory;
            using OrtValue? classesValue = Spec.HasClasses ? Tensor(classes, [rows, classCount]) : null;
            OrtValue[] outputs = classesValue is null ? [featuresValue] : [featuresValue, classesValue];
            if (featureMap)
            {
                RunWithFeatureMap(inputValue, outputs, output, row);
            }
            else
            {
                _session.Run(_run, _inputs, [inputValue], _outputs, outputs);
            }

            for (int i = 0; i < rows && Spec.HasClasses; i++)
            {
                ToProbabilities(
                    classes.Span.Slice(i * classCount, classCount),
                    output.Probabilities.AsSpan((row + i) * ImageNetClasses.Count, ImageNetClasses.Count));
            }
        }
        catch (OnnxRuntimeException e)
        {
            throw new BackboneException($"Backbone '{Spec.Id}' cannot run {rows} images of {height}x{width}: {e.Message}", e);
        }
    }

    /// <summary>The map's height and width follow from the input's in the model's own way, so ONNX Runtime allocates it.</summary>
    private void RunWithFeatureMap(OrtValue input, OrtValue[] named, BackboneOutput output, int row)
    {
        using OrtIoBinding binding = _session.CreateIoBinding();
        binding.BindInput(Spec.Input.Name, input);
        for (int i = 0; i < named.Length; i++)
        {
            binding.BindOutput(_outputs[i], named[i]);
        }

        binding.BindOutputToDevice(Spec.FeatureMapTensor!, OrtMemoryInfo.DefaultInstance);
        _session.RunWithBinding(_run, binding);

        using IDisposableReadOnlyCollection<OrtValue> outputs = binding.GetOutputValues();
        OrtValue map = outputs[named.Length];
        long[] shape = map.GetTensorTypeAndShape().Shape;
        (output.MapHeight, output.MapWidth) = ((int)shape[2], (int)shape[3]);
        int size = Spec.FeatureWidth * output.MapHeight * output.MapWidth;
        output.FeatureMap ??= GC.AllocateUninitializedArray<float>(output.Batch * size);
        map.GetTensorDataAsSpan<float>().CopyTo(output.FeatureMap.AsSpan(row * size));
    }

    /// <summary>Softmax of logits (shifted by their maximum, so that none overflows); then the background class is left out.</summary>
    private void ToProbabilities(Span<float> classes, Span<float> probabilities)
    {
        if (Spec.ClassOutput is ClassOutput.Logits)
        {
            TensorPrimitives.Subtract(classes, TensorPrimitives.Max<float>(classes), classes);
            TensorPrimitives.SoftMax<float>(classes, classes);
        }

        classes[^ImageNetClasses.Count..].CopyTo(probabilities);
    }

    private static OrtValue Tensor(Memory<float> memory, long[] shape) =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, shape);
}
