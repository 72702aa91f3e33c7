namespace ClockFunctions.Core.Imaging;

/// <summary>What an image says about itself before its pixels are decoded.</summary>
/// <param name="Format">What the first bytes say.</param>
/// <param name="Width">Width in pixels, after the EXIF orientation is applied.</param>
/// <param name="Height">Height in pixels, after the EXIF orientation is applied.</param>
public readonly record struct ImageHeader(ImageFormat Format, int Width, int Height);
