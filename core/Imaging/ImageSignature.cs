namespace ClockFunctions.Core.Imaging;

/// <summary>
/// Tells formats apart by their first bytes, so that no codec but the named ones ever sees what a client sent
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
            [(byte)'P', >= (byte)'1' and <= (byte)'6', (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'#', ..]
                => ImageFormat.Pbm,
            _ when IsTga(encoded) => ImageFormat.Tga,
            _ => throw new UnknownImageFormatException("The bytes are not a JPEG, PNG, WebP, GIF, BMP, TIFF, TGA or PBM image."),
        };
    }

    /// <summary>TGA has no signature: every field of its header must make sense together (Truevision TGA 2.0).</summary>
    private static bool IsTga(ReadOnlySpan<byte> encoded)
    {
        const int HeaderBytes = 18;
        if (encoded.Length <= HeaderBytes)
        {
            return false;
        }

        (int hasMap, int kind, int depth, int descriptor) = (encoded[1], encoded[2], encoded[16], encoded[17]);
        bool mapped = kind is 1 or 9;
        bool fits = kind switch
        {
            1 or 9 => hasMap == 1 && depth == 8 && encoded[7] is 15 or 16 or 24 or 32 && (encoded[5] | encoded[6]) != 0,
            2 or 10 => depth is 15 or 16 or 24 or 32,
            3 or 11 => depth is 8 or 16,
            _ => false,
        };
        return fits
            && (mapped || (hasMap == 0 && !encoded[3..8].ContainsAnyExcept((byte)0)))
            && (encoded[12] | encoded[13]) != 0 && (encoded[14] | encoded[15]) != 0
            && descriptor >> 6 == 0 && (descriptor & 0x0F) <= 8;
    }
}
