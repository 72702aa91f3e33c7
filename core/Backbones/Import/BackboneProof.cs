using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Backbones.Import;

/// <summary>
/// Runs a backbone on made-up images: it must load, give finite features that depend on the image, and agree with itself in batches.
/// </summary>
internal static class BackboneProof
{
    // Other batch sizes and graph optimisations add up in another order; float16 has 11 bits.
    private const float Tolerance = 0.01f;

    /// <summary>The spec with its claims of free batch and free size kept only where they hold.</summary>
    /// <exception cref="BackboneException">The backbone does not work.</exception>
    public static BackboneSpec Prove(BackboneSpec spec, string file)
    {
        InputSpec input = spec.Input;
        using Backbone backbone = Backbone.Load(spec with { Input = input with { DynamicBatch = false } }, file);
        float[] first = ProbeImages.Create(input, input.Height, input.Width, seed: 1);
        float[] second = ProbeImages.Create(input, input.Height, input.Width, seed: 2);
        BackboneOutput a = backbone.Run(first, 1, input.Height, input.Width, spec.FeatureMapTensor is not null);
        BackboneOutput b = backbone.Run(second, 1, input.Height, input.Width);
        if (!Array.TrueForAll(a.Features, float.IsFinite) || !Array.TrueForAll(a.Probabilities, float.IsFinite))
        {
            throw new BackboneException($"Backbone '{spec.Id}' gives numbers that are not finite.");
        }

        if (a.Features.AsSpan().SequenceEqual(b.Features))
        {
            throw new BackboneException($"Backbone '{spec.Id}' gives the same features for different images.");
        }

        return spec with
        {
            Classifier = ClassifierProof.Proven(spec, file, a, b),
            Input = input with
            {
                DynamicBatch = input.DynamicBatch && BatchesAgree(spec, file, [.. first, .. second], [.. a.Features, .. b.Features]),
                DynamicSize = input.DynamicSize && OtherSizesRun(backbone),
            },
        };
    }

    private static bool BatchesAgree(BackboneSpec spec, string file, float[] images, float[] features)
    {
        using Backbone backbone = Backbone.Load(spec, file);
        try
        {
            BackboneOutput both = backbone.Run(images, 2, spec.Input.Height, spec.Input.Width);
            return ProbeTensor.Same(features, both.Features, Tolerance);
        }
        catch (BackboneException)
        {
            return false;
        }
    }

    private static bool OtherSizesRun(Backbone backbone)
    {
        InputSpec input = backbone.Spec.Input;
        (int height, int width) = (input.Height + 32, input.Width + 96);
        try
        {
            BackboneOutput output = backbone.Run(ProbeImages.Create(input, height, width, seed: 3), 1, height, width);
            return Array.TrueForAll(output.Features, float.IsFinite);
        }
        catch (BackboneException)
        {
            return false;
        }
    }
}
