using System.ComponentModel.DataAnnotations;
using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Training.Notebook;

/// <summary>Recipe <c>notebook</c>: the case study's hyper-parameters are the defaults.</summary>
public sealed record NotebookOptions
{
    /// <summary>Passes over as many views as there are training images (1–100,000). Default 100.</summary>
    [Range(1, 100_000)]
    public int Epochs { get; init; } = 100;

    /// <summary>Adam's step size (above 0, at most 10). Default 0.001.</summary>
    [Range(1e-9, 10.0)]
    public double LearningRate { get; init; } = 0.001;

    /// <summary>
    /// Added to the gradient, times the weight, before Adam's moments: an L2 penalty, not AdamW's decay (0–100). Default 0.2.
    /// </summary>
    [Range(0.0, 100.0)]
    public double WeightDecay { get; init; } = 0.2;

    /// <summary>Views a step (1–65,536). Default 32.</summary>
    [Range(1, 65_536)]
    public int BatchSize { get; init; } = 32;

    /// <summary>Share of images held out, drawn at random by the seed (0.05–0.5). Default 0.3.</summary>
    [Range(0.05, 0.5)]
    public double ValidationFraction { get; init; } = 0.3;

    /// <summary>Epochs between two reports (1–100,000). Default 5.</summary>
    [Range(1, 100_000)]
    public int LogInterval { get; init; } = 5;

    /// <summary>Seed of split, sampling, views and first weights. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>What the threshold is chosen for on the validation images; null (default) is 0.5, as in the case study.</summary>
    public string? Aim { get; init; }

    /// <summary>Ranges of the views. Default: the case study's.</summary>
    public AugmentationOptions Augmentation { get; init; } = new();
}
