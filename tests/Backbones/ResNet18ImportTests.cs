using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Tests.Support;
using Microsoft.ML.OnnxRuntime;

namespace ClockFunctions.Tests.Backbones;

/// <summary>Real weights without classes, whose pixels are BGR less a mean image.</summary>
public sealed class ResNet18ImportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clocks-").FullName;

    [Fact]
    public void ItsFeaturesAreThoseThatItsOwnPackageComputes()
    {
        BackboneCatalogue catalogue = new(_folder);
        BackboneSpec spec = catalogue.Import(ResNet18.Model, new()
        {
            Id = "resnet18-features",
            Normalisation = InputNormalisation.Raw with { ColorOrder = ColorOrder.Bgr },
            MeanImage = ResNet18.Preprocessing,
        });

        Assert.Equal((512, false, false, false), (spec.FeatureWidth, spec.HasClasses, spec.Input.DynamicBatch, spec.Input.DynamicSize));
        Assert.NotNull(spec.FeatureMapTensor);
        using Backbone backbone = Backbone.Load(spec, catalogue.Resolve(spec.Id).File);
        FeatureExtractor extractor = new(new(new()), new(spec.Input, Pipeline.Resize), backbone);
        byte[] picture = DrawnImage.Clock(1);
        float[] expected = OwnFeatures(picture);
        float[] found = extractor.Extract(picture).Features;
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], found[i], 1e-3f); // sums of 512 products, optimised in two ways; the features reach 5
        }
    }

    [Fact]
    public void AMeanImageOfAnotherSizeIsRefused()
    {
        using TemporaryFile small = new(".onnx");
        File.WriteAllBytes(small.Path, new OnnxEncoder().Build());

        BackboneException fault = Assert.Throws<BackboneException>(() => new BackboneCatalogue(_folder).Import(
            ResNet18.Model, new() { Id = "resnet18-features", MeanImage = small.Path }));

        Assert.Contains("is no mean image for this input: it needs one float weight of [3, 224, 224], and has conv [96, 3, 3, 3]",
            fault.Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The package's two models one after the other, on the pixels of the same pipeline.</summary>
    private static float[] OwnFeatures(byte[] picture)
    {
        InputSpec pixels = new() { Name = "pixels", Scale = 1, Mean = [0, 0, 0], Std = [1, 1, 1] };
        using DecodedImage decoded = new ImageDecoder(new()).Decode(picture, 224);
        float[] image = new float[3 * 224 * 224];
        new Preprocessor(pixels, Pipeline.Resize).Write(decoded.Pixels, image);
        float[] prepared = Run(ResNet18.Preprocessing, "OriginalInput", image, "PreprocessedInput");
        return Run(ResNet18.Model, "Input247", prepared, "Pooling395_Output_0");
    }

    private static float[] Run(string model, string inputName, float[] values, string outputName)
    {
        using InferenceSession session = new(model);
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(values, [1, 3, 224, 224]);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, [inputName], [input], [outputName]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
