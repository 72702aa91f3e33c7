namespace ClockFunctions.Core.Imaging;

/// <summary>
/// Turns the bytes of a JPEG, PNG, WebP or GIF (first frame), BMP, TIFF (first page), TGA or Netpbm image into upright, opaque sRGB
/// pixels: EXIF orientation applied, transparency laid onto white, greyscale, CMYK (JPEG) and 16 bits a channel converted,
/// the colour profiles of JPEG, WebP and PNG honoured. Thread-safe.
/// </summary>
/// <remarks>
/// An image whose data ends early, or in which the codec notices damage, is refused as a whole: half a photo with grey
/// below would be trained on and scored as if it were the photo. Damage that the format cannot notice (bits flipped
/// inside the compressed data of a JPEG) decodes to whatever the codec makes of it.
/// <para>
/// All that one decoder decodes at once shares <see cref="ImageLimits.MemoryMB"/>: a process has one decoder.
/// </para>
/// </remarks>
public sealed class ImageDecoder(ImageLimits limits)
{
    private readonly PictureBudget _budget = new(limits.MemoryBytes);

    /// <summary>What is being decoded, in bytes.</summary>
    internal PictureBudget Budget => _budget;

    /// <summary>Reads the header only: the cheapest way to learn that an image is unusable or too large.</summary>
    /// <inheritdoc cref="Decode" path="/exception"/>
    public ImageHeader Identify(ReadOnlyMemory<byte> encoded)
    {
        ImageFormat format = CheckBytes(encoded);
        return Bounded(format, () =>
        {
            using OpenPicture picture = Open(encoded, format, 0);
            return picture.Header;
        });
    }

    /// <summary>Decodes an image. Waits while the pictures that are being decoded take all memory that there is for them.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="minimumShortSide">
    /// 0: every pixel. Otherwise the image may come out at 1/2, 1/4 or 1/8 of its size, as long as its short side stays
    /// at least this many pixels. JPEG and WebP are shrunk while they are decoded, at a fraction of the cost.
    /// </param>
    /// <param name="wait">For memory to decode in.</param>
    /// <exception cref="UnknownImageFormatException">Not one of the formats.</exception>
    /// <exception cref="InvalidImageContentException">Damaged, cut off, or a variant of the format that is not read.</exception>
    /// <exception cref="ImageTooLargeException">
    /// More bytes or pixels than the limits, or more memory than there is for all; found before anything is decoded.
    /// </exception>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    public DecodedImage Decode(ReadOnlyMemory<byte> encoded, int minimumShortSide = 0, DecodeWait wait = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minimumShortSide);
        ImageFormat format = CheckBytes(encoded);
        return Bounded(format, () =>
        {
            using OpenPicture picture = Open(encoded, format, minimumShortSide);
            return Take(picture, wait);
        });
    }

    private DecodedImage Take(OpenPicture picture, DecodeWait wait)
    {
        ImageHeader header = picture.Header;
        long wanted = picture.WorkingBytes + picture.LaterBytes;
        if (wanted > _budget.Bytes)
        {
            throw new ImageTooLargeException(
                $"Decoding this {header.Format.Name()} of {header.Width}x{header.Height} pixels takes {InMiB(wanted)} MiB of memory; "
                + $"setting Classifier__Images__MemoryMB allows {InMiB(_budget.Bytes)} for all.");
        }

        PictureBudget.Share share = _budget.Enter(wanted, wait.End);
        try
        {
            PixelBuffer pixels = picture.Decode();
            share.ShrinkTo(pixels.HeldBytes + picture.LaterBytes);
            return new DecodedImage(pixels, header.Width, header.Height, header.Format) { Share = share };
        }
        catch
        {
            share.Dispose();
            throw;
        }
    }

    private OpenPicture Open(ReadOnlyMemory<byte> encoded, ImageFormat format, int minimumShortSide) =>
        format is ImageFormat.Jpeg or ImageFormat.WebP
            ? SkiaPicture.Open(encoded, format, limits, minimumShortSide)
            : SharpPicture.Open(encoded, format, limits, minimumShortSide);

    /// <summary>
    /// The one boundary: a decoder meets damage with whatever its code runs into, such as an index out of range or a null
    /// reference, and callers see one exception for it.
    /// </summary>
    private static T Bounded<T>(ImageFormat format, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not (ImageException or OutOfMemoryException or OperationCanceledException)
            && !IsOfTheInstallation(e))
        {
            throw new InvalidImageContentException($"The {format.Name()} data is damaged, cut off or of a kind that is not read.", e);
        }
    }

    /// <summary>A library that is missing or does not fit is no fault of the picture: whole data sets would be put away for it.</summary>
    private static bool IsOfTheInstallation(Exception e) =>
        e is FileNotFoundException or FileLoadException or BadImageFormatException or TypeLoadException or TypeInitializationException
            or MissingMemberException;

    private static long InMiB(long bytes) => (bytes + (1024 * 1024) - 1) / (1024 * 1024);

    private ImageFormat CheckBytes(ReadOnlyMemory<byte> encoded) =>
        encoded.Length > limits.MaxBytes
            ? throw new ImageTooLargeException($"The image has {encoded.Length} bytes; the limit is {limits.MaxBytes}.")
            : ImageSignature.Of(encoded.Span);
}
