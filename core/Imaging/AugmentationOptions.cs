using System.ComponentModel.DataAnnotations;

namespace ClockFunctions.Core.Imaging;

/// <summary>The ranges that views are drawn from. The defaults are the case study's; the definitions are torchvision's.</summary>
public sealed record AugmentationOptions
{
    /// <summary>RandomRotation: the angle is uniform in ± this many degrees (0–180). Default 45.</summary>
    [Range(0.0, 180.0)]
    public double MaxDegrees { get; init; } = 45;

    /// <summary>RandomResizedCrop: smallest share of the image's area (0–1, above 0). Default 0.08.</summary>
    [Range(0.001, 1.0)]
    public double MinArea { get; init; } = 0.08;

    /// <summary>RandomResizedCrop: largest share of the image's area (0–1, at least <see cref="MinArea"/>). Default 1.</summary>
    [Range(0.001, 1.0)]
    public double MaxArea { get; init; } = 1;

    /// <summary>RandomResizedCrop: the most width / height; the least is its inverse. Default 4/3.</summary>
    [Range(1.0, 10.0)]
    public double MaxAspect { get; init; } = 4.0 / 3.0;

    /// <summary>ColorJitter: the brightness factor is uniform in 1 ± this (0–1). Default 0.2.</summary>
    [Range(0.0, 1.0)]
    public double Brightness { get; init; } = 0.2;

    /// <summary>ColorJitter: the contrast factor is uniform in 1 ± this (0–1). Default 0.2.</summary>
    [Range(0.0, 1.0)]
    public double Contrast { get; init; } = 0.2;

    /// <summary>RandomHorizontalFlip: the share of views that are mirrored (0–1). Default 0.5.</summary>
    [Range(0.0, 1.0)]
    public double FlipShare { get; init; } = 0.5;
}
