using TorchSharp;
using static TorchSharp.torch;

namespace ClockFunctions.Core.Training;

/// <summary>
/// Compares matrix products with plain arithmetic, in the three forms in which a training needs them. libtorch chooses its code by
/// what the processor says about itself, and has been wrong without an error where that was unusual (docs/libtorch-convolutions.md).
/// </summary>
internal static class ProductCheck
{
    // As many problems and features as a training has, and odd numbers of them, so that no vector instruction fits exactly.
    private const int Problems = 6;
    private const int Rows = 257;
    private const int Columns = 161;

    /// <exception cref="WrongArithmeticException">A product differs.</exception>
    /// <param name="multiply">The arithmetic to check: N×K float32 times K×M float32.</param>
    public static void Require(Func<Tensor, Tensor, Tensor> multiply)
    {
        using DisposeScope scope = NewDisposeScope();
        float[] rows = Numbers(Rows * Columns);
        Compare(multiply, Numbers(Problems * Rows), rows, Problems, Rows, Columns, transposed: false);
        Compare(multiply, Numbers(Problems * Columns), rows, Problems, Columns, Rows, transposed: true);
        Compare(multiply, rows, Numbers(Columns), Rows, Columns, 1, transposed: false);
    }

    /// <summary>height×inner times inner×width; a transposed right side is stored as width×inner and handed over as a view.</summary>
    private static void Compare(
        Func<Tensor, Tensor, Tensor> multiply, float[] left, float[] right, int height, int inner, int width, bool transposed)
    {
        Tensor second = transposed ? tensor(right).view(width, inner).t() : tensor(right).view(inner, width);
        Span<float> product = Libtorch.Values(multiply(tensor(left).view(height, inner), second).contiguous());
        for (int row = 0; row < height; row++)
        {
            for (int column = 0; column < width; column++)
            {
                double sum = 0;
                for (int i = 0; i < inner; i++)
                {
                    sum += left[(row * inner) + i] * right[transposed ? (column * inner) + i : (i * width) + column];
                }

                // Every partial sum of these numbers is a float32, so that the order of the additions makes no difference.
                float actual = product[(row * width) + column];
                if (actual != sum)
                {
                    throw new WrongArithmeticException(
                        $"Nothing is trained: libtorch multiplies matrices wrongly on this machine ({height}×{inner} times {inner}×{width} "
                        + $"gave {actual} where plain arithmetic gives {sum}). docs/libtorch-convolutions.md says what to try.");
                }
            }
        }
    }

    /// <summary>Multiples of 1/32 from −1 to 1, without a pattern that a wrong order of rows or columns would keep.</summary>
    private static float[] Numbers(int count) =>
        [.. Enumerable.Range(0, count).Select(i => ((((i * 37L) + (i / 64 * 11L)) % 64) - 32) / 32f)];
}
