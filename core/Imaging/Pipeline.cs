namespace ClockFunctions.Core.Imaging;

/// <summary>How an image becomes a backbone's input.</summary>
public enum Pipeline
{
    /// <summary>The whole image, squashed to the input size (aspect ratio is not kept).</summary>
    Resize,

    /// <summary>The short side scaled to input size × 256/224, then the centre cropped to the input size.</summary>
    Crop,

    /// <summary>The whole image at its own size (sides limited), for backbones with dynamic height and width.</summary>
    Full,
}
