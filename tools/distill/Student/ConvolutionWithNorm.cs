using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ClockFunctions.Distill.Student;

/// <summary>A convolution without bias and the batch norm behind it, in the precision of what comes in.</summary>
public sealed class ConvolutionWithNorm : Module<Tensor, Tensor>
{
    private readonly ConvolutionShape _shape;
    private readonly Parameter _weight;
    private readonly BatchNorm2d _norm;

    public ConvolutionWithNorm(ConvolutionShape shape, Generator chance)
        : base("convolution")
    {
        _shape = shape;
        // He et al. (2015), "Delving Deep into Rectifiers": the variance of 2 / inputs keeps activations in range.
        int fan = shape.Inputs / shape.Groups * shape.Kernel * shape.Kernel;
        long[] size = [shape.Outputs, shape.Inputs / shape.Groups, shape.Kernel, shape.Kernel];
        _weight = Parameter(randn(size, generator: chance) * Math.Sqrt(2.0 / fan));
        _norm = BatchNorm2d(shape.Outputs);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => _norm.forward(Convolve(_shape, input, _weight.to(input.dtype)));

    /// <summary>The convolution alone.</summary>
    public static Tensor Convolve(ConvolutionShape shape, Tensor input, Tensor weight) => functional.conv2d(
        input, weight, null, [shape.Stride, shape.Stride], [shape.Padding, shape.Padding], [1, 1], shape.Groups);

    /// <summary>Convolution and norm as one layer: the norm is a scale and a shift an output channel.</summary>
    public FoldedLayer Fold()
    {
        Tensor scale = _norm.weight / (_norm.running_var! + 1e-5).sqrt();
        Tensor weight = _weight * scale.reshape(-1, 1, 1, 1);
        Tensor bias = _norm.bias! - _norm.running_mean! * scale;
        return new(weight.data<float>().ToArray(), bias.data<float>().ToArray());
    }
}
