using ClockFunctions.Core.Training;
using static TorchSharp.torch;

namespace ClockFunctions.Distill.Student;

/// <summary>
/// Compares libtorch's convolutions with plain arithmetic before a training: each different one of the plan, as large as the
/// training will need it, forwards and backwards. On some machines they are wrong without an error, and a student would
/// learn nonsense (docs/libtorch-convolutions.md).
/// </summary>
public static class ConvolutionCheck
{
    /// <summary>Results compared of each kind: enough to meet every block of channels, and about a second for a whole plan.</summary>
    private const int Samples = 200;

    /// <summary>Errors found are tens of per cent; float32 differs in the order of additions, bfloat16 by its eight bits.</summary>
    private static double Tolerance(ScalarType type) => type == ScalarType.BFloat16 ? 0.02 : 1e-4;

    /// <param name="plan">What will be trained.</param>
    /// <param name="size">Side of the images in pixels.</param>
    /// <param name="batch">Images that a network gets at once.</param>
    /// <param name="type">What is computed in.</param>
    /// <param name="convolve">The arithmetic to check; null for libtorch's.</param>
    /// <exception cref="WrongArithmeticException">A convolution or a gradient differs.</exception>
    public static void Require(
        StudentPlan plan, int size, int batch, ScalarType type, Func<ConvolutionShape, Tensor, Tensor, Tensor>? convolve = null)
    {
        HashSet<(ConvolutionShape, int)> seen = [];
        int side = size;
        foreach (ConvolutionShape shape in plan.Steps().SelectMany(step => step.Convolutions))
        {
            if (seen.Add((shape, side)))
            {
                PlainConvolution plain = new(shape, batch, side);
                Require(plain, type, convolve ?? ConvolutionWithNorm.Convolve, channelsLast: true);
                Require(plain, type, convolve ?? ConvolutionWithNorm.Convolve, channelsLast: false);
            }

            side = PlainConvolution.OutputSide(shape, side);
        }
    }

    /// <summary>libtorch has other code for each layout in memory: the trainer's images have their channels last.</summary>
    private static void Require(
        PlainConvolution plain, ScalarType type, Func<ConvolutionShape, Tensor, Tensor, Tensor> convolve, bool channelsLast)
    {
        using IDisposable scope = NewDisposeScope();
        ConvolutionShape shape = plain.Shape;
        Tensor input = Images(plain.Input, plain.Batch, plain.Side, channelsLast).to(type);
        Tensor weight = tensor(plain.Weight).reshape(shape.Outputs, shape.Inputs / shape.Groups, shape.Kernel, shape.Kernel).to(type);
        using Tensor inputLeaf = input.requires_grad_(true);
        using Tensor weightLeaf = weight.requires_grad_(true);
        Tensor output = convolve(shape, inputLeaf, weightLeaf);
        output.backward([Images(plain.Back, plain.Batch, plain.OutputSide(), channelsLast).to(type)]);

        Compare(plain, "result", ChannelsLast(output), plain.Output, type);
        Compare(plain, "gradient of the weights", Values(weightLeaf.grad!), plain.WeightGradient, type);
        Compare(plain, "gradient of the input", ChannelsLast(inputLeaf.grad!), plain.InputGradient, type);
    }

    private static void Compare(PlainConvolution plain, string what, float[] actual, Func<int, double> expected, ScalarType type)
    {
        double error = 0;
        double scale = 0;
        for (int i = 0; i < Samples; i++)
        {
            // A large prime apart, so that the samples meet all channels and places.
            int index = (int)(i * 7_368_787L % actual.Length);
            double exact = expected(index);
            error += Math.Pow(actual[index] - exact, 2);
            scale += exact * exact;
        }

        double relative = Math.Sqrt(error / scale);
        if (!(relative <= Tolerance(type)))
        {
            ConvolutionShape shape = plain.Shape;
            throw new WrongArithmeticException(
                $"Nothing is trained: libtorch's {type} convolution of {shape.Inputs} to {shape.Outputs} channels "
                + $"({shape.Kernel}×{shape.Kernel}, stride {shape.Stride}) is wrong on this machine, its {what} by {relative:P0}. "
                + "Numbers of channels that are multiples of 8 may help, or ONEDNN_MAX_CPU_ISA=AVX2, or =SSE41 (slow); "
                + "docs/libtorch-convolutions.md says why.");
        }
    }

    private static Tensor Images(float[] numbers, int count, int side, bool channelsLast)
    {
        Tensor images = tensor(numbers).reshape(count, side, side, -1).permute(0, 3, 1, 2);
        return channelsLast ? images : images.contiguous();
    }

    private static float[] ChannelsLast(Tensor tensor) => Values(tensor.permute(0, 2, 3, 1));

    private static float[] Values(Tensor tensor) => tensor.detach().to(ScalarType.Float32).contiguous().data<float>().ToArray();
}
