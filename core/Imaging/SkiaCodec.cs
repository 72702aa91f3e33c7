using System.Buffers;
using SkiaSharp;

namespace ClockFunctions.Core.Imaging;

/// <summary>
/// JPEG, PNG, WebP, GIF and BMP through Skia's codecs (libjpeg-turbo, libpng, libwebp, Wuffs): a third of libvips' time on
/// small photos, because the pixels land in our memory without a pipeline between. Plain JPEGs go through the system's
/// libjpeg-turbo where it has one (<see cref="TurboJpeg"/>).
/// </summary>
internal static class SkiaCodec
{
    /// <summary>Only these reductions have SIMD inverse transforms in libjpeg-turbo; 3/8, 5/8 and so on cost more than 1/1.</summary>
    private const int SmallestReduction = 8;

    private static readonly SKColorSpace Srgb = SKColorSpace.CreateSrgb();

    public static unsafe ImageHeader Identify(ReadOnlyMemory<byte> encoded, ImageFormat format, ImageLimits limits)
    {
        using MemoryHandle pin = encoded.Pin();
        using SKData data = SKData.Create((nint)pin.Pointer, encoded.Length);
        using SKCodec codec = Open(data, format, limits);
        return HeaderOf(codec, format, Orientation(encoded, format, codec));
    }

    public static unsafe DecodedImage Decode(
        ReadOnlyMemory<byte> encoded, ImageFormat format, ImageLimits limits, int minimumShortSide)
    {
        using MemoryHandle pin = encoded.Pin();
        using SKData data = SKData.Create((nint)pin.Pointer, encoded.Length);
        using SKCodec codec = Open(data, format, limits);
        int orientation = Orientation(encoded, format, codec);
        ImageHeader header = HeaderOf(codec, format, orientation);

        SKSizeI size = format == ImageFormat.Jpeg ? ReducedSize(codec, minimumShortSide) : codec.Info.Size;
        SKAlphaType alpha = codec.Info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul;
        SKImageInfo wanted = new(size.Width, size.Height, SKColorType.Rgba8888, alpha, Srgb);

        byte[]? rgba = PixelBuffer.RentBytes(checked(size.Width * size.Height * 4));
        try
        {
            SKCodecResult result;
            fixed (byte* pixels = rgba)
            {
                result = format == ImageFormat.Jpeg
                    && TurboJpeg.TryDecode((nint)pin.Pointer, encoded.Length, codec.Info, size, (nint)pixels)
                    ? SKCodecResult.Success
                    : codec.GetPixels(wanted, (nint)pixels, wanted.RowBytes, SKCodecOptions.Default);
            }

            if (result != SKCodecResult.Success)
            {
                throw new InvalidImageContentException(Reason(format, result));
            }

            PixelBuffer upright = Raster.ToRgb(ref rgba, size.Width, size.Height, orientation, alpha);
            return new DecodedImage(upright, header.Width, header.Height, format);
        }
        finally
        {
            if (rgba is not null)
            {
                PixelBuffer.ReturnBytes(rgba);
            }
        }
    }

    private static SKCodec Open(SKData data, ImageFormat format, ImageLimits limits)
    {
        SKCodec codec = SKCodec.Create(data)
            ?? throw new InvalidImageContentException($"The {Name(format)} header is damaged or of a kind that is not read.");
        try
        {
            limits.CheckPixels(codec.Info.Width, codec.Info.Height);
            return codec;
        }
        catch (ImageTooLargeException)
        {
            codec.Dispose();
            throw;
        }
    }

    private static int Orientation(ReadOnlyMemory<byte> encoded, ImageFormat format, SKCodec codec) =>
        format == ImageFormat.Png ? PngOrientation.Of(encoded.Span) : (int)codec.EncodedOrigin;

    private static ImageHeader HeaderOf(SKCodec codec, ImageFormat format, int orientation) => Raster.SwapsSides(orientation)
        ? new ImageHeader(format, codec.Info.Height, codec.Info.Width)
        : new ImageHeader(format, codec.Info.Width, codec.Info.Height);

    private static SKSizeI ReducedSize(SKCodec codec, int minimumShortSide)
    {
        for (int reduction = SmallestReduction; reduction > 1 && minimumShortSide > 0; reduction /= 2)
        {
            SKSizeI reduced = codec.GetScaledDimensions(1f / reduction);
            if (Math.Min(reduced.Width, reduced.Height) >= minimumShortSide)
            {
                return reduced;
            }
        }

        return codec.Info.Size;
    }

    private static string Reason(ImageFormat format, SKCodecResult result) => result switch
    {
        SKCodecResult.IncompleteInput => $"The {Name(format)} data ends before the image is complete.",
        SKCodecResult.ErrorInInput or SKCodecResult.InvalidInput => $"The {Name(format)} data is damaged.",
        _ => $"The {Name(format)} data cannot be decoded ({result}).",
    };

    private static string Name(ImageFormat format) =>
        format == ImageFormat.WebP ? "WebP" : format.ToString().ToUpperInvariant();
}
