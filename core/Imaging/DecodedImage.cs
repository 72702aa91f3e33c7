namespace ClockFunctions.Core.Imaging;

/// <summary>An upright, opaque sRGB image. Dispose it to give its pixels' memory back.</summary>
/// <param name="Pixels">The pixels; smaller than the source where it was shrunk.</param>
/// <param name="Width">The source's width in pixels, after orientation.</param>
/// <param name="Height">The source's height in pixels, after orientation.</param>
/// <param name="Format">What the bytes were.</param>
public sealed record DecodedImage(PixelBuffer Pixels, int Width, int Height, ImageFormat Format) : IDisposable
{
    /// <summary>What it takes of the memory for pictures; null where nobody counts.</summary>
    internal PictureBudget.Share? Share { get; init; }

    public void Dispose()
    {
        Pixels.Dispose();
        Share?.Dispose();
    }
}
