namespace ClockFunctions.Core.Imaging;

/// <summary>Turns a backbone's input back into a picture: what the backbone really sees.</summary>
public static class TensorPicture
{
    /// <summary>Undoes normalisation, layout and colour order.</summary>
    /// <param name="tensor">3 × height × width values as <see cref="Preprocessor.Write"/> gives them.</param>
    /// <param name="input">The form of the tensor.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <returns>The pixels, for the caller to dispose; values outside of 0–255 are held there.</returns>
    public static PixelBuffer Of(ReadOnlySpan<float> tensor, InputSpec input, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfNotEqual(tensor.Length, 3 * height * width);
        TensorFormat format = TensorFormat.Of(input);
        PixelBuffer picture = PixelBuffer.Rent(width, height);
        Span<byte> pixels = picture.Pixels;
        for (int y = 0; y < height; y++)
        {
            (int red, int green, int blue, int step) = format.Places(y, width, height);
            for (int x = 0; x < width; x++)
            {
                int to = ((y * width) + x) * PixelBuffer.Channels;
                pixels[to] = Level(tensor[red + (x * step)], format, 0);
                pixels[to + 1] = Level(tensor[green + (x * step)], format, 1);
                pixels[to + 2] = Level(tensor[blue + (x * step)], format, 2);
            }
        }

        return picture;
    }

    private static byte Level(float value, in TensorFormat format, int channel) =>
        (byte)Math.Clamp(MathF.Round((value - format.Offset[channel]) / format.Factor[channel]), 0, 255);
}
