using System.Buffers;
using SkiaSharp;

namespace ClockFunctions.Core.Imaging;

/// <summary>
/// JPEG and WebP through Skia's codecs, libjpeg-turbo and libwebp, which shrink an image while they decode it. Plain JPEGs go through
/// the system's libjpeg-turbo where it has one (<see cref="TurboJpeg"/>): to the same pixels in half the time.
/// </summary>
internal sealed class SkiaPicture : OpenPicture
{
    private const int Rgba = 4;

    /// <summary>libwebp keeps a lossless image whole, at 4 bytes a pixel, and so it does with transparency, at 1.</summary>
    private const int WebPWorking = 5;

    private static readonly SKColorSpace Srgb = SKColorSpace.CreateSrgb();

    private readonly ReadOnlyMemory<byte> _encoded;
    private readonly MemoryHandle _pin;
    private readonly SKData _data;
    private readonly SKCodec _codec;
    private readonly SKSizeI _size;

    private SkiaPicture(
        ReadOnlyMemory<byte> encoded, MemoryHandle pin, SKData data, SKCodec codec, SKSizeI size, ImageHeader header, long workingBytes)
        : base(header, workingBytes, size.Width, size.Height)
    {
        _encoded = encoded;
        _pin = pin;
        _data = data;
        _codec = codec;
        _size = size;
    }

    /// <exception cref="ImageException">The header is damaged, or the image too large.</exception>
    public static unsafe SkiaPicture Open(ReadOnlyMemory<byte> encoded, ImageFormat format, ImageLimits limits, int minimumShortSide)
    {
        MemoryHandle pin = encoded.Pin();
        SKData? data = null;
        SKCodec? codec = null;
        try
        {
            data = SKData.Create((nint)pin.Pointer, encoded.Length);
            codec = SKCodec.Create(data)
                ?? throw new InvalidImageContentException($"The {format.Name()} header is damaged or of a kind that is not read.");
            SKSizeI full = codec.Info.Size;
            limits.CheckPixels(full.Width, full.Height);
            int reduction = Reduction(full.Width, full.Height, minimumShortSide);
            SKSizeI size = reduction == 1 ? full : codec.GetScaledDimensions(1f / reduction);
            bool turned = codec.EncodedOrigin != SKEncodedOrigin.TopLeft;
            long pixels = (long)full.Width * full.Height;
            long working = format == ImageFormat.Jpeg
                ? JpegFrame.CoefficientsOf(encoded.Span, full.Width, full.Height)
                : pixels * WebPWorking;
            working += (long)size.Width * size.Height * (turned ? Rgba + PixelBuffer.Channels : Rgba);
            ImageHeader header = Raster.SwapsSides((int)codec.EncodedOrigin)
                ? new ImageHeader(format, full.Height, full.Width)
                : new ImageHeader(format, full.Width, full.Height);
            return new SkiaPicture(encoded, pin, data, codec, size, header, working);
        }
        catch
        {
            codec?.Dispose();
            data?.Dispose();
            pin.Dispose();
            throw;
        }
    }

    public override unsafe PixelBuffer Decode()
    {
        SKAlphaType alpha = _codec.Info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul;
        SKImageInfo wanted = new(_size.Width, _size.Height, SKColorType.Rgba8888, alpha, Srgb);
        RentedMemory<byte>? rgba = RentedMemory<byte>.Rent(checked(_size.Width * _size.Height * Rgba));
        try
        {
            SKCodecResult result;
            fixed (byte* pixels = rgba.GetSpan())
            {
                result = Header.Format == ImageFormat.Jpeg
                    && TurboJpeg.TryDecode((nint)_pin.Pointer, _encoded.Length, _codec.Info, _size, (nint)pixels)
                        ? SKCodecResult.Success
                        : _codec.GetPixels(wanted, (nint)pixels, wanted.RowBytes, SKCodecOptions.Default);
            }

            return result == SKCodecResult.Success
                ? Raster.ToRgb(ref rgba, _size.Width, _size.Height, (int)_codec.EncodedOrigin, alpha)
                : throw new InvalidImageContentException(Reason(Header.Format, result));
        }
        finally
        {
            rgba?.Dispose();
        }
    }

    public override void Dispose()
    {
        _codec.Dispose();
        _data.Dispose();
        _pin.Dispose();
    }

    private static string Reason(ImageFormat format, SKCodecResult result) => result switch
    {
        SKCodecResult.IncompleteInput => $"The {format.Name()} data ends before the image is complete.",
        SKCodecResult.ErrorInInput or SKCodecResult.InvalidInput => $"The {format.Name()} data is damaged.",
        _ => $"The {format.Name()} data cannot be decoded ({result}).",
    };
}
