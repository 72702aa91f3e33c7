using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Training;

namespace ClockFunctions.Tests.Support;

/// <summary>Training sets of synthetic features: two classes a known distance apart in Gaussian noise.</summary>
public static class SomeSet
{
    public const int Width = 16;

    /// <summary>Images of <c>clock</c> and of <c>other</c>; features are the same for the same seed.</summary>
    /// <param name="clocks">Images of the target.</param>
    /// <param name="others">Images of the other label.</param>
    /// <param name="distance">Between the class means, in standard deviations of a feature, along the first feature.</param>
    /// <param name="views">Views of an image, which differ a little.</param>
    /// <param name="seed">Of the noise.</param>
    /// <param name="width">Features.</param>
    public static TrainingSet Of(int clocks, int others, double distance, int views = 2, int seed = 1, int width = Width)
    {
        Random random = new(seed);
        return new TrainingSet(width, views, Enumerable.Range(0, clocks + others).Select(Example).ToArray());

        TrainingExample Example(int i)
        {
            string label = i < clocks ? "clock" : "other";
            double[] centre = [.. Enumerable.Range(0, width).Select(_ => Gaussian(random))];
            centre[0] += label == "clock" ? distance : 0;
            Half[] features = [
                .. Enumerable.Range(0, views).SelectMany(_ => centre.Select(x => (Half)(3 + (2 * (x + (0.1 * Gaussian(random)))))))];
            // The zero-shot head sees the same evidence, less clearly.
            Half[] probabilities = new Half[1000];
            probabilities[409] = (Half)(1 / (1 + Math.Exp(-(centre[0] + Gaussian(random)))));
            return new TrainingExample(Some.Image(label, $"{i:00000}.jpg"), features, probabilities);
        }
    }

    public static TrainingSettings Settings(TrainingOptions? options = null) =>
        new("clock", Backbone(Width), Pipeline.Resize, options ?? new TrainingOptions());

    public static BackboneSpec Backbone(int width) => new()
    {
        Id = "some-backbone",
        File = "b.onnx",
        Sha256 = Some.Hash("backbone"),
        Bytes = 1,
        Input = new InputSpec { Name = "input" },
        FeaturesTensor = "f",
        FeatureWidth = width,
        ClassTensor = "c",
        ClassOutput = ClassOutput.Logits,
        ClassCount = 1000,
    };

    private static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
