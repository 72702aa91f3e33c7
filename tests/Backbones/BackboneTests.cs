using ClockFunctions.Core.Backbones;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Backbones;

public sealed class BackboneTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clocks-").FullName;

    [Fact]
    public void ARealClassifierIsImportedAndRuns()
    {
        BackboneCatalogue catalogue = new(_folder);
        BackboneSpec spec = catalogue.Import(SharedData.MobileNet, new() { Id = "mobilenetv2", Normalisation = InputNormalisation.TensorFlow });

        Assert.Equal((1280, 1000, ClassOutput.Logits), (spec.FeatureWidth, spec.ClassCount, spec.ClassOutput));
        Assert.True(spec.Input.DynamicBatch && spec.Input.DynamicSize);
        Assert.NotNull(spec.FeatureMapTensor);

        (BackboneSpec resolved, string file) = catalogue.Resolve("mobilenetv2");
        using Backbone backbone = Backbone.Load(resolved, file);
        BackboneOutput output = backbone.Run(new float[2 * 3 * 128 * 96], 2, 128, 96, featureMap: true);
        Assert.Equal((4, 3), (output.MapHeight, output.MapWidth));
        Assert.Equal(1, output.ProbabilitiesOf(1).ToArray().Sum(), 1e-4);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
