using ClockFunctions.Core.Training;
using static TorchSharp.torch;

namespace ClockFunctions.Tests.Training;

public class ProductCheckTests
{
    [Fact]
    public void LibtorchMultipliesAsPlainArithmeticDoes() => ProductCheck.Require((left, right) => left.mm(right));

    [Theory]
    [InlineData(257, 161, "6×257 times 257×161")]
    [InlineData(161, 257, "6×161 times 161×257")]
    [InlineData(161, 1, "257×161 times 161×1")]
    public void NothingIsTrainedWhereAProductIsWrong(int inner, int width, string said)
    {
        WrongArithmeticException refused = Assert.Throws<WrongArithmeticException>(() => ProductCheck.Require((left, right) =>
        {
            Tensor product = left.mm(right);
            if (right.size(0) == inner && right.size(1) == width)
            {
                Libtorch.Values(product)[^1] *= 1.01f;
            }

            return product;
        }));

        Assert.StartsWith($"Nothing is trained: libtorch multiplies matrices wrongly on this machine ({said} gave ", refused.Message);
    }
}
