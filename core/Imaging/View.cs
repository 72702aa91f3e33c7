namespace ClockFunctions.Core.Imaging;

/// <summary>One rendering of an image: rotated, cropped, resized to the input size, coloured, mirrored, in this order.</summary>
public sealed record View
{
    /// <summary>The image as the pipeline gives it, which is also what is scored: view 0.</summary>
    public static View Clean { get; } = new();

    /// <summary>Rotation about the image's centre, counter-clockwise, in degrees; what comes in from outside is black.</summary>
    public double Degrees { get; init; }

    /// <summary>The part of the rotated image that is kept, in its pixels; null for a clean view.</summary>
    public CropBox? Crop { get; init; }

    /// <summary>Factor of all channels; results are held within 0–255. 1 changes nothing.</summary>
    public double Brightness { get; init; } = 1;

    /// <summary>Factor of the difference from the mean grey; results are held within 0–255. 1 changes nothing.</summary>
    public double Contrast { get; init; } = 1;

    /// <summary>Whether contrast is applied before brightness.</summary>
    public bool ContrastFirst { get; init; }

    /// <summary>Whether left and right are swapped.</summary>
    public bool Flipped { get; init; }
}

/// <summary>A part of an image, in pixels.</summary>
public readonly record struct CropBox(int Left, int Top, int Width, int Height);
