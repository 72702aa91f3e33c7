namespace ClockFunctions.Core.Imaging;

/// <summary>The encodings that are read; everything else is refused by its first bytes.</summary>
public enum ImageFormat
{
    Jpeg,
    Png,

    /// <summary>Only the first frame is read.</summary>
    WebP,

    /// <summary>Only the first frame is read.</summary>
    Gif,
    Bmp,

    /// <summary>Only the first page is read.</summary>
    Tiff,
    Tga,

    /// <summary>The family of Netpbm: PBM, PGM and PPM, as text or as bytes.</summary>
    Pbm,
}

internal static class ImageFormatNames
{
    /// <summary>As people write it.</summary>
    public static string Name(this ImageFormat format) => format == ImageFormat.WebP ? "WebP" : format.ToString().ToUpperInvariant();
}
