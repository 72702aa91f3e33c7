using System.Runtime.InteropServices;
using ClockFunctions.Core.Training;
using ClockFunctions.Distill;
using ClockFunctions.Distill.Student;
using static TorchSharp.torch;

namespace ClockFunctions.Tests.Tools;

/// <summary>A distillation must not learn from convolutions that are wrong.</summary>
public class ConvolutionCheckTests
{
    private const int Size = 24;
    private const int Batch = 2;

    private static readonly StudentPlan EveryKindOfStep = StudentPlan.Parse("c8/2 d16/2 r16 p24 c32/2");

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void ConvolutionsAreRightWithTheInstructionsThatTheTestsAndTheDistillationUse(ScalarType type) =>
        ConvolutionCheck.Require(EveryKindOfStep, Size, Batch, type);

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void WeightsThatAreOverwrittenAreNoticed(ScalarType type)
    {
        WrongArithmeticException refused = Assert.Throws<WrongArithmeticException>(
            () => ConvolutionCheck.Require(EveryKindOfStep, Size, Batch, type, WithLastWeightsLost));

        Assert.StartsWith(
            $"Nothing is trained: libtorch's {type} convolution of 24 to 32 channels (3×3, stride 2) is wrong on this machine, its result",
            refused.Message);
    }

    [Fact]
    public void AWrongGradientOfTheWeightsIsNoticed()
    {
        WrongArithmeticException refused = Assert.Throws<WrongArithmeticException>(() => ConvolutionCheck.Require(
            EveryKindOfStep, Size, Batch, ScalarType.Float32,
            (shape, input, weight) => ConvolutionWithNorm.Convolve(shape, input, weight.detach() + (weight - weight.detach()) * 1.1)));

        Assert.Contains("its gradient of the weights by 10%", refused.Message.Replace(" %", "%", StringComparison.Ordinal));
    }

    [Fact]
    public void AWrongGradientOfTheInputIsNoticed()
    {
        WrongArithmeticException refused = Assert.Throws<WrongArithmeticException>(() => ConvolutionCheck.Require(
            EveryKindOfStep, Size, Batch, ScalarType.Float32,
            (shape, input, weight) => ConvolutionWithNorm.Convolve(shape, input.detach() + (input - input.detach()) * 1.1, weight)));

        Assert.Contains("its gradient of the input by 10%", refused.Message.Replace(" %", "%", StringComparison.Ordinal));
    }

    [Fact]
    public void NativeCodeSeesALimitThatTheProcessSetsItself()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there native code and .NET share one environment");
        string name = $"CLOCKS_TEST_{Environment.ProcessId}";

        InstructionLimit.Set(name, "AVX2");

        Assert.Equal("AVX2", Marshal.PtrToStringUTF8(getenv(name)));
    }

    /// <summary>As the fault does it: where channels do not fill blocks of 16, those of the last block lose most of the kernel.</summary>
    private static Tensor WithLastWeightsLost(ConvolutionShape shape, Tensor input, Tensor weight)
    {
        if (shape.Inputs == 24)
        {
            Tensor kept = ones(weight.shape, weight.dtype);
            kept.narrow(1, 16, 8).narrow(2, 1, 2).zero_();
            weight = weight * kept;
        }

        return ConvolutionWithNorm.Convolve(shape, input, weight);
    }

    [DllImport("libc", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern IntPtr getenv(string name);
}
