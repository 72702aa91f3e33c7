using System.Buffers;
using System.Runtime.InteropServices;
using BitMiracle.LibTiff.Classic;
using SkiaSharp;

namespace ClockFunctions.Core.Imaging;

/// <summary>
/// TIFF, which Skia does not read, through LibTiff.Net: managed code of 0.6 MB, loaded at the first TIFF, that cannot take the
/// process down with it (libvips would add 18 MB of native code for this one format).
/// </summary>
internal static class TiffCodec
{
    static TiffCodec() => Tiff.SetErrorHandler(new Silence());

    public static ImageHeader Identify(ReadOnlyMemory<byte> encoded, ImageLimits limits) =>
        Describe(ReadHeader(encoded, limits));

    public static DecodedImage Decode(ReadOnlyMemory<byte> encoded, ImageLimits limits)
    {
        TiffHeader header = ReadHeader(encoded, limits);
        ImageHeader upright = Describe(header);
        int pixels = header.Width * header.Height;
        byte[]? rgba = PixelBuffer.RentBytes(pixels * 4);
        try
        {
            ReadPixels(encoded, header, rgba.AsSpan(0, pixels * 4));
            PixelBuffer result = Raster.ToRgb(ref rgba, header.Width, header.Height, header.Orientation, SKAlphaType.Premul);
            return new DecodedImage(result, upright.Width, upright.Height, ImageFormat.Tiff);
        }
        finally
        {
            if (rgba is not null)
            {
                PixelBuffer.ReturnBytes(rgba);
            }
        }
    }

    private static TiffHeader ReadHeader(ReadOnlyMemory<byte> encoded, ImageLimits limits)
    {
        TiffHeader header = TiffHeader.Read(encoded.Span);
        limits.CheckPixels(header.Width, header.Height);
        return header;
    }

    private static ImageHeader Describe(TiffHeader header) => Raster.SwapsSides(header.Orientation)
        ? new ImageHeader(ImageFormat.Tiff, header.Height, header.Width)
        : new ImageHeader(ImageFormat.Tiff, header.Width, header.Height);

    private static void ReadPixels(ReadOnlyMemory<byte> encoded, TiffHeader header, Span<byte> rgba)
    {
        int[] raster = ArrayPool<int>.Shared.Rent(header.Width * header.Height);
        try
        {
            using MemoryStream stream = MemoryMarshal.TryGetArray(encoded, out ArraySegment<byte> array)
                ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
                : new MemoryStream(encoded.ToArray(), writable: false);
            using Tiff? tiff = Tiff.ClientOpen("image", "r", stream, new TiffStream());

            // Asking for the stored orientation leaves the pixels as stored: the library turns by halves, never by quarters.
            bool complete = tiff is not null && tiff.ReadRGBAImageOriented(
                header.Width, header.Height, raster, (Orientation)header.Orientation, stopOnError: true);
            if (!complete)
            {
                throw new InvalidImageContentException("The TIFF data is damaged, cut off or of a kind that is not read.");
            }

            MemoryMarshal.AsBytes(raster.AsSpan(0, header.Width * header.Height)).CopyTo(rgba);
        }
        catch (Exception e) when (e is not (ImageException or OutOfMemoryException))
        {
            // The library meets damage with whatever its code runs into: index, null reference, its own Exception, ...
            throw new InvalidImageContentException("The TIFF data is damaged, cut off or of a kind that is not read.", e);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(raster);
        }
    }

    /// <summary>The library would write each complaint to the console.</summary>
    private sealed class Silence : TiffErrorHandler
    {
        public override void ErrorHandler(Tiff tif, string method, string format, params object[] args)
        {
        }

        public override void WarningHandler(Tiff tif, string method, string format, params object[] args)
        {
        }
    }
}
