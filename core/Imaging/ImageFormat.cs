namespace ClockFunctions.Core.Imaging;

/// <summary>The encodings that are read; everything else is refused by its first bytes.</summary>
public enum ImageFormat
{
    Jpeg,
    Png,
    WebP,

    /// <summary>Only the first frame is read.</summary>
    Gif,
    Bmp,

    /// <summary>Only the first page is read.</summary>
    Tiff,
}
