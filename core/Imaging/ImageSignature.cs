namespace ClockFunctions.Core.Imaging;

/// <summary>
/// Tells formats apart by their first bytes, so that no codec but the six named ones ever sees what a client sent
/// (a codec library that sniffs by itself also opens icons, raw photos and more).
/// </summary>
internal static class ImageSignature
{
    /// <exception cref="UnknownImageFormatException">None of the known formats.</exception>
    public static ImageFormat Of(ReadOnlySpan<byte> encoded)
    {
        if (encoded.IsEmpty)
        {
            throw new UnknownImageFormatException("The image is empty.");
        }

        return encoded switch
        {
            [0xFF, 0xD8, 0xFF, ..] => ImageFormat.Jpeg,
            [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => ImageFormat.Png,
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => ImageFormat.WebP,
            [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => ImageFormat.Gif,
            [(byte)'B', (byte)'M', ..] => ImageFormat.Bmp,
            [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..] => ImageFormat.Tiff,
            _ => throw new UnknownImageFormatException("The bytes are not a JPEG, PNG, WebP, GIF, BMP or TIFF image."),
        };
    }
}
