namespace ClockFunctions.Core.Backbones;

/// <summary>What one run of a backbone gives for N images; row i belongs to image i.</summary>
public sealed class BackboneOutput
{
    internal BackboneOutput(int batch, BackboneSpec spec)
    {
        Batch = batch;
        FeatureWidth = spec.FeatureWidth;
        Classes = spec.HasClasses ? ImageNetClasses.Count : 0;
        Features = GC.AllocateUninitializedArray<float>(batch * FeatureWidth);
        Probabilities = GC.AllocateUninitializedArray<float>(batch * Classes);
    }

    /// <summary>N, the number of images.</summary>
    public int Batch { get; }

    /// <summary>F, the number of features.</summary>
    public int FeatureWidth { get; }

    /// <summary>Class probabilities of an image: 1000, or 0 where the backbone gives features alone.</summary>
    public int Classes { get; }

    /// <summary>N×F float32, row-major.</summary>
    public float[] Features { get; }

    /// <summary>
    /// N×1000 float32: ImageNet class probabilities. A background class is left out, and its share with it. Empty without classes.
    /// </summary>
    public float[] Probabilities { get; }

    /// <summary>N×F×h×w float32 whose mean over h×w is <see cref="Features"/>; null unless it was asked for.</summary>
    public float[]? FeatureMap { get; internal set; }

    /// <summary>h of <see cref="FeatureMap"/>; 0 without one.</summary>
    public int MapHeight { get; internal set; }

    /// <summary>w of <see cref="FeatureMap"/>; 0 without one.</summary>
    public int MapWidth { get; internal set; }

    /// <summary>The F features of one image.</summary>
    public ReadOnlySpan<float> FeaturesOf(int image) => Features.AsSpan(image * FeatureWidth, FeatureWidth);

    /// <summary>The class probabilities of one image: <see cref="Classes"/> of them.</summary>
    public ReadOnlySpan<float> ProbabilitiesOf(int image) => Probabilities.AsSpan(image * Classes, Classes);
}
