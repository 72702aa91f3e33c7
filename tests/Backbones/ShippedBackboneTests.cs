using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Backbones.Import;

namespace ClockFunctions.Tests.Backbones;

public class ShippedBackboneTests
{
    private static readonly (BackboneSpec Spec, string File) Shipped = new BackboneCatalogue().Resolve(BackboneSpec.ShippedId);

    [Fact]
    public void TheFileIsTheOneThatTheSpecNames()
    {
        Assert.Equal(Shipped.Spec.Sha256, FileHash.Sha256(Shipped.File));
        Assert.Equal(Shipped.Spec.Bytes, new FileInfo(Shipped.File).Length);
        Assert.True(Shipped.Spec.Bytes <= 4_000_000);
    }

    [Theory]
    [InlineData(96, 96, 1)]
    [InlineData(128, 128, 3)]
    [InlineData(224, 224, 2)]
    [InlineData(101, 333, 1)]
    public void AnySizeAndBatchGivesFeaturesThatAreTheMeanOfTheMap(int height, int width, int batch)
    {
        using Backbone backbone = Backbone.Load(Shipped.Spec, Shipped.File);
        BackboneOutput output = backbone.Run(Noise(batch * 3 * height * width), batch, height, width, featureMap: true);

        int cells = output.MapHeight * output.MapWidth;
        float[] means = [.. output.FeatureMap!.Take(batch * output.FeatureWidth * cells).Chunk(cells).Select(map => map.Average())];
        // float32 sums in another order.
        Assert.All(means.Zip(output.Features), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.All(output.Probabilities.Chunk(ImageNetClasses.Count), image => Assert.Equal(1, image.Sum(), 1e-4));
    }

    [Fact]
    public void ABatchGivesWhatItsImagesGiveAlone()
    {
        using Backbone backbone = Backbone.Load(Shipped.Spec, Shipped.File);
        float[] two = Noise(2 * 3 * 128 * 128);
        BackboneOutput both = backbone.Run(two, 2, 128, 128);
        BackboneOutput second = backbone.Run(two.AsMemory(3 * 128 * 128), 1, 128, 128);
        Assert.All(both.FeaturesOf(1).ToArray().Zip(second.Features), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    [Fact]
    public void TheSpecSaysWhereTheClassifierIs()
    {
        using Backbone backbone = Backbone.Load(Shipped.Spec, Shipped.File);
        BackboneOutput first = backbone.Run(Noise(3 * 128 * 128), 1, 128, 128);
        BackboneOutput second = backbone.Run(new float[3 * 128 * 128], 1, 128, 128);

        Assert.Equal(Shipped.Spec.Classifier, ClassifierProof.Proven(Shipped.Spec, Shipped.File, first, second));
        float[] weight = NetworkPrior.Read(Shipped.Spec, Shipped.File, [409])!.Weight;
        Assert.Equal(Shipped.Spec.FeatureWidth, weight.Length);
        Assert.All(weight[..512], value => Assert.NotEqual(0, value));
        Assert.All(weight[512..], value => Assert.Equal(0, value));
    }

    private static float[] Noise(int length)
    {
        Random random = new(1);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() * 2 - 1)];
    }
}
