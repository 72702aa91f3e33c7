namespace ClockFunctions.Core.Imaging;

/// <summary>The part of an image that reaches the backbone, in shares (0–1) of the image's width and height.</summary>
public readonly record struct SeenPart(double Left, double Top, double Width, double Height)
{
    public static SeenPart Whole { get; } = new(0, 0, 1, 1);
}
