using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Heads;

public sealed class HeadDirectoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("head-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void AWrittenHeadIsReadBack()
    {
        Write(HeadFile.Write([1f, 2f], 3f), width: 2);

        (LearnedHead head, HeadManifest manifest) = HeadDirectory.Read(_folder);

        Assert.Equal([1f, 2f], head.Weight.ToArray());
        Assert.Equal(0.25, head.Threshold);
        Assert.Equal("20260102T030405Z-abcdef", manifest.Version);
        Assert.Equal("<html>", File.ReadAllText(Path.Combine(_folder, "report.html")));
    }

    [Fact]
    public void ChangedWeightsAreRefused()
    {
        Write(HeadFile.Write([1f, 2f], 3f), width: 2);
        File.WriteAllBytes(Path.Combine(_folder, "head.safetensors"), HeadFile.Write([1f, 2f], 4f));

        Assert.Contains("SHA-256", Assert.Throws<InvalidHeadException>(() => HeadDirectory.Read(_folder)).Message);
    }

    [Fact]
    public void AnotherWidthThanTheManifestSaysIsRefused()
    {
        Write(HeadFile.Write([1f, 2f], 3f), width: 3);

        Assert.Equal(
            "head.safetensors is 2 wide, head.json says 3.",
            Assert.Throws<InvalidHeadException>(() => HeadDirectory.Read(_folder)).Message);
    }

    [Fact]
    public void AFolderWithoutAHeadOrWithADamagedManifestIsRefusedByName()
    {
        Assert.Contains("holds no trained head", Assert.Throws<InvalidHeadException>(() => HeadDirectory.Read(_folder)).Message);

        File.WriteAllText(Path.Combine(_folder, "head.json"), "{\"version\":");
        Assert.Contains("head.json", Assert.Throws<InvalidHeadException>(() => HeadDirectory.Read(_folder)).Message);
    }

    [Fact]
    public void AWrittenScaleOfNoveltyIsReadBackAndGoesWithItsHead()
    {
        NoveltyScale scale = SomeNovelty.Scale(TestBackbone.Spec.FeatureWidth);
        SomeHead.Of(1).With(scale).Write(_folder);

        Assert.Equal(scale.Distances.ToArray(), HeadDirectory.Read(_folder).Head.Novelty!.Distances.ToArray());

        SomeHead.Of(2).Write(_folder);
        Assert.Null(HeadDirectory.Read(_folder).Head.Novelty);
        Assert.False(File.Exists(Path.Combine(_folder, "novelty.safetensors")));
    }

    [Fact]
    public void AScaleOfNoveltyThatIsChangedOrLostOrOfAnotherWidthIsRefused()
    {
        int width = TestBackbone.Spec.FeatureWidth;
        string file = Path.Combine(_folder, "novelty.safetensors");
        SomeHead.Of(1).With(SomeNovelty.Scale(width)).Write(_folder);

        File.WriteAllBytes(file, NoveltyFile.Write(SomeNovelty.Scale(width, seed: 2)));
        Assert.Contains(
            "novelty.safetensors has SHA-256", Assert.Throws<InvalidHeadException>(() => HeadDirectory.Read(_folder)).Message);
        File.Delete(file);
        Assert.Contains(
            "novelty.safetensors is not there", Assert.Throws<InvalidHeadException>(() => HeadDirectory.Read(_folder)).Message);
        SomeHead.Of(1).With(SomeNovelty.Scale(width + 1)).Write(_folder);
        Assert.Equal(
            $"novelty.safetensors is {width + 1} wide, head.json says {width}.",
            Assert.Throws<InvalidHeadException>(() => HeadDirectory.Read(_folder)).Message);
    }

    [Fact]
    public void AHeadFitsOnlyTheBackboneAndPipelineItWasTrainedOn()
    {
        HeadManifest head = Some.Manifest([], featureWidth: 2);
        BackboneSpec backbone = Backbone(Some.Hash("backbone"), width: 2);

        Assert.Null(HeadCompatibility.Refusal(head, backbone, Pipeline.Resize));
        Assert.Contains("pipeline resize, not on full", HeadCompatibility.Refusal(head, backbone, Pipeline.Full));
        Assert.Contains("2 wide", HeadCompatibility.Refusal(head, Backbone(Some.Hash("backbone"), width: 3), Pipeline.Resize));
        Assert.Contains(
            "trained on backbone some-backbone", HeadCompatibility.Refusal(head, Backbone(Some.Hash("another"), 2), Pipeline.Resize));
        Assert.Contains("schema version 2", HeadCompatibility.Refusal(head with { SchemaVersion = 2 }, backbone, Pipeline.Resize));
    }

    private static BackboneSpec Backbone(string sha256, int width) => new()
    {
        Id = "b",
        File = "b.onnx",
        Sha256 = sha256,
        Bytes = 1,
        Input = new InputSpec { Name = "input" },
        FeaturesTensor = "f",
        FeatureWidth = width,
        ClassTensor = "c",
        ClassOutput = ClassOutput.Logits,
        ClassCount = 1000,
    };

    private void Write(byte[] weights, int width) =>
        new HeadDirectory(weights, Some.Manifest(weights, width, threshold: 0.25), "{}", "<html>").Write(_folder);
}
