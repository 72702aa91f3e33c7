namespace ClockFunctions.Core.Backbones;

/// <summary>What a backbone sees in several views of one image.</summary>
/// <param name="Features">F float32 a view; view 0 is the clean one.</param>
/// <param name="Probabilities">1000 float32: ImageNet class probabilities of view 0.</param>
/// <param name="Width">The image's width in pixels, after orientation.</param>
/// <param name="Height">The image's height in pixels, after orientation.</param>
public sealed record ViewFeatures(float[][] Features, float[] Probabilities, int Width, int Height);
