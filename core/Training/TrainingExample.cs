using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Training.Features;

namespace ClockFunctions.Core.Training;

/// <summary>A labelled image with what the backbone saw in it.</summary>
/// <param name="Image">The image.</param>
/// <param name="Features">V×F float16, a view a row, the clean view first; see <see cref="HalfRow"/>.</param>
/// <param name="Probabilities">
/// 1000 float16, ImageNet class probabilities of the clean view; empty where there is no zero-shot head to ask.
/// </param>
public sealed record TrainingExample(TrainingImage Image, ReadOnlyMemory<Half> Features, ReadOnlyMemory<Half> Probabilities);
