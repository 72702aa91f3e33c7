namespace ClockFunctions.Core.Imaging;

/// <summary>
/// Draws views with the distributions of torchvision's RandomRotation, RandomResizedCrop, ColorJitter and RandomHorizontalFlip.
/// </summary>
public static class ViewSampler
{
    /// <summary>torchvision's RandomResizedCrop.get_params gives up after this many boxes that do not fit.</summary>
    private const int CropTries = 10;

    /// <summary>Draws a view. View 0 is always <see cref="View.Clean"/>.</summary>
    /// <param name="options">The ranges to draw from.</param>
    /// <param name="seed">The training's seed.</param>
    /// <param name="contentHash">The image's identity: the same image gives the same views wherever it lies.</param>
    /// <param name="view">Index of the view, from 0.</param>
    /// <param name="width">Width of the pixels that the view will be taken of.</param>
    /// <param name="height">Height of the pixels that the view will be taken of.</param>
    public static View Sample(AugmentationOptions options, int seed, string contentHash, int view, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(contentHash);
        ArgumentOutOfRangeException.ThrowIfNegative(view);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (view == 0)
        {
            return View.Clean;
        }

        ViewRandom random = new(seed, contentHash, view);
        return new View
        {
            Degrees = random.Uniform(-options.MaxDegrees, options.MaxDegrees),
            Crop = Crop(ref random, options, width, height),
            Brightness = random.Uniform(1 - options.Brightness, 1 + options.Brightness),
            Contrast = random.Uniform(1 - options.Contrast, 1 + options.Contrast),
            ContrastFirst = random.Below(2) == 0,
            Flipped = random.Uniform(0, 1) < options.FlipShare,
        };
    }

    private static CropBox Crop(ref ViewRandom random, AugmentationOptions options, int width, int height)
    {
        double area = (double)width * height;
        double logAspect = Math.Log(options.MaxAspect);
        for (int i = 0; i < CropTries; i++)
        {
            double kept = area * random.Uniform(options.MinArea, options.MaxArea);
            double aspect = Math.Exp(random.Uniform(-logAspect, logAspect));
            int w = (int)Math.Round(Math.Sqrt(kept * aspect));
            int h = (int)Math.Round(Math.Sqrt(kept / aspect));
            if (w > 0 && w <= width && h > 0 && h <= height)
            {
                return new CropBox(random.Below(width - w + 1), random.Below(height - h + 1), w, h);
            }
        }

        return CentralCrop(options.MaxAspect, width, height);
    }

    /// <summary>The largest box in the middle whose aspect is allowed.</summary>
    internal static CropBox CentralCrop(double maxAspect, int width, int height)
    {
        int w = Math.Min(width, (int)Math.Round(height * maxAspect));
        int h = Math.Min(height, (int)Math.Round(width * maxAspect));
        return new CropBox((width - w) / 2, (height - h) / 2, w, h);
    }
}
