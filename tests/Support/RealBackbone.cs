using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Tests.Support;

/// <summary>The MobileNetV2 beside the checkout, imported and loaded.</summary>
public sealed class RealBackbone : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clocks-").FullName;

    private RealBackbone(Pipeline pipeline)
    {
        BackboneCatalogue catalogue = new(_folder);
        Spec = catalogue.Import(SharedData.MobileNet, new() { Id = "mobilenetv2", Normalisation = InputNormalisation.TensorFlow });
        Backbone = Backbone.Load(Spec, catalogue.Resolve("mobilenetv2").File);
        Extractor = new(new(new()), new(Spec.Input, pipeline), Backbone);
    }

    public BackboneSpec Spec { get; }

    public Backbone Backbone { get; }

    public FeatureExtractor Extractor { get; }

    /// <summary>Skips the test where the model is not there.</summary>
    public static RealBackbone Load(Pipeline pipeline = Pipeline.Resize) => new(pipeline);

    public void Dispose()
    {
        Backbone.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
