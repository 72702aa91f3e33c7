using System.Numerics.Tensors;

namespace ClockFunctions.Core.Imaging;

/// <summary>torchvision's <c>adjust_brightness</c> and <c>adjust_contrast</c> on R, G, B planes of 0–255 values.</summary>
internal static class ColorJitter
{
    /// <summary>Changes the planes in place.</summary>
    /// <param name="planes">3 planes of equal size: R, G, B.</param>
    /// <param name="view">Says the factors and their order.</param>
    public static void Apply(Span<float> planes, View view)
    {
        if (view.ContrastFirst)
        {
            AdjustContrast(planes, (float)view.Contrast);
            AdjustBrightness(planes, (float)view.Brightness);
        }
        else
        {
            AdjustBrightness(planes, (float)view.Brightness);
            AdjustContrast(planes, (float)view.Contrast);
        }
    }

    private static void AdjustBrightness(Span<float> planes, float factor)
    {
        if (factor != 1)
        {
            TensorPrimitives.Multiply(planes, factor, planes);
            TensorPrimitives.Clamp(planes, 0f, 255f, planes);
        }
    }

    private static void AdjustContrast(Span<float> planes, float factor)
    {
        if (factor != 1)
        {
            float grey = (1 - factor) * MeanGrey(planes);
            TensorPrimitives.Multiply(planes, factor, planes);
            TensorPrimitives.Add(planes, grey, planes);
            TensorPrimitives.Clamp(planes, 0f, 255f, planes);
        }
    }

    /// <summary>Mean of torchvision's <c>rgb_to_grayscale</c>, L = 0.2989 R + 0.587 G + 0.114 B.</summary>
    private static float MeanGrey(ReadOnlySpan<float> planes)
    {
        int plane = planes.Length / PixelBuffer.Channels;
        float sum = (0.2989f * TensorPrimitives.Sum(planes[..plane]))
            + (0.587f * TensorPrimitives.Sum(planes.Slice(plane, plane)))
            + (0.114f * TensorPrimitives.Sum(planes[(2 * plane)..]));
        return sum / plane;
    }
}
