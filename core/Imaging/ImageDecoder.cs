namespace ClockFunctions.Core.Imaging;

/// <summary>
/// Turns the bytes of a JPEG, PNG, WebP, GIF (first frame), BMP or TIFF (first page) into upright, opaque sRGB pixels:
/// EXIF orientation applied, transparency laid onto white, greyscale, CMYK and 16 bits a channel converted,
/// colour profiles honoured (except in TIFF). Thread-safe.
/// </summary>
/// <remarks>
/// An image whose data ends early, or in which the codec notices damage, is refused as a whole: half a photo with grey
/// below would be trained on and scored as if it were the photo. Damage that the format cannot notice (bits flipped
/// inside the compressed data of a JPEG) decodes to whatever the codec makes of it.
/// </remarks>
public sealed class ImageDecoder(ImageLimits limits)
{
    /// <summary>Reads the header only: the cheapest way to learn that an image is unusable or too large.</summary>
    /// <inheritdoc cref="Decode" path="/exception"/>
    public ImageHeader Identify(ReadOnlyMemory<byte> encoded)
    {
        ImageFormat format = CheckBytes(encoded);
        return format == ImageFormat.Tiff
            ? TiffCodec.Identify(encoded, limits)
            : SkiaCodec.Identify(encoded, format, limits);
    }

    /// <summary>Decodes an image.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="minimumShortSide">
    /// 0: every pixel. Otherwise a JPEG may be decoded at 1/2, 1/4 or 1/8 of its size, which libjpeg does at a fraction
    /// of the cost, as long as its short side stays at least this many pixels.
    /// </param>
    /// <exception cref="UnknownImageFormatException">Not one of the formats.</exception>
    /// <exception cref="InvalidImageContentException">Damaged, cut off, or a variant of the format that is not read.</exception>
    /// <exception cref="ImageTooLargeException">More bytes or pixels than the limits; found before anything is decoded.</exception>
    public DecodedImage Decode(ReadOnlyMemory<byte> encoded, int minimumShortSide = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minimumShortSide);
        ImageFormat format = CheckBytes(encoded);
        return format == ImageFormat.Tiff
            ? TiffCodec.Decode(encoded, limits)
            : SkiaCodec.Decode(encoded, format, limits, minimumShortSide);
    }

    private ImageFormat CheckBytes(ReadOnlyMemory<byte> encoded) =>
        encoded.Length > limits.MaxBytes
            ? throw new ImageTooLargeException($"The image has {encoded.Length} bytes; the limit is {limits.MaxBytes}.")
            : ImageSignature.Of(encoded.Span);
}
