using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace ClockFunctions.Core.Training;

/// <summary>How libtorch is used in this process. Only what trains may touch it: the first touch loads it, 0.5 s and 200 MB.</summary>
/// <remarks>
/// Only operations on tensors alone: no <c>x * 2</c>, no <c>a + b</c> (a + 1·b), no optimiser of TorchSharp. Up to 0.107 it wraps each
/// such number in a <c>Scalar</c> that nothing keeps alive during the native call, so a garbage collection on another thread can free it
/// there: seen as "toFloat at Scalar.h" on a busy machine, and it could as well be a wrong number. Arithmetic on numbers
/// is done on spans instead, where it is as fast; tensors in a dispose scope are safe.
/// </remarks>
internal static class Libtorch
{
    private static readonly Lazy<bool> Products = new(() =>
    {
        ProductCheck.Require((left, right) => left.mm(right));
        return true;
    });

    /// <summary>
    /// To be called before a training. It keeps libtorch to one thread: our products are limited by memory, and a second thread gained a
    /// third of the time on an idle machine and, by waiting actively, cost three times the processor time on a busy one, which is the
    /// scorers'. It also makes results repeatable.
    /// </summary>
    /// <remarks>
    /// The first call checks the products. They come from MKL, not from oneDNN, whose convolutions are what is wrong on some machines:
    /// so no instruction set is forbidden here, which would only cost time.
    /// </remarks>
    /// <exception cref="WrongArithmeticException">libtorch multiplies wrongly here, and each later call says so again.</exception>
    public static void Prepare()
    {
        set_num_threads(1);
        _ = Products.Value;
    }

    /// <summary>The numbers of a contiguous float32 tensor, in place.</summary>
    /// <remarks>Valid while the tensor is: keep it in a dispose scope or a field.</remarks>
    public static Span<float> Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);
}
