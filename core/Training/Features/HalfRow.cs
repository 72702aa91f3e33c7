using System.Numerics.Tensors;

namespace ClockFunctions.Core.Training.Features;

/// <summary>
/// Features in float16: half the memory and half the cache's bytes, at 11 significant bits, which is far
/// below what distinguishes two views of one image.
/// </summary>
public static class HalfRow
{
    /// <summary>Rounds values to float16; those beyond its range (±65504) become its largest.</summary>
    /// <param name="values">float32.</param>
    /// <param name="destination">As long as <paramref name="values"/>.</param>
    public static void Write(ReadOnlySpan<float> values, Span<Half> destination)
    {
        TensorPrimitives.ConvertToHalf(values, destination);
        foreach (ref Half value in destination[..values.Length])
        {
            if (Half.IsInfinity(value))
            {
                value = value > Half.Zero ? Half.MaxValue : Half.MinValue;
            }
        }
    }

    /// <summary>Widens to float32, exactly.</summary>
    public static void Read(ReadOnlySpan<Half> values, Span<float> destination) =>
        TensorPrimitives.ConvertToSingle(values, destination);
}
