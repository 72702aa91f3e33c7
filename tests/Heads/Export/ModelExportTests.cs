using System.Text.Json;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Heads.Export;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Heads.Export;

public sealed class ModelExportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clocks-").FullName;

    public static TheoryData<string, OnnxClassifier, InputNormalisation> Backbones => new()
    {
        { "planar, RGB", new(), InputNormalisation.ImageNet },
        { "planar, BGR", new(), InputNormalisation.Caffe },
        { "channels last", new() { ChannelsLast = true, LastLayer = LastLayer.MatMulAndAdd }, InputNormalisation.TensorFlow },
        { "channels last, BGR", new() { ChannelsLast = true, LastLayer = LastLayer.MatMulAndAdd }, InputNormalisation.Caffe },
        { "fixed batch and size", new() { Batch = 1, Side = 64 }, InputNormalisation.Lite },
        { "opset 7, weights among the inputs", new() { Opset = 7, IrVersion = 3, InitializersAreInputs = true }, InputNormalisation.Unit },
        { "float16 throughout", new() { HalfEverywhere = true }, InputNormalisation.ImageNet },
        { "last layer is a convolution", new() { LastLayer = LastLayer.ConvThenPool }, InputNormalisation.ImageNet },
        { "opset 21", new() { Opset = 21, IrVersion = 10 }, InputNormalisation.ImageNet },
    };

    [Theory, MemberData(nameof(Backbones))]
    public void AnExportedFileGivesTheServicesProbability(string kind, OnnxClassifier network, InputNormalisation normalisation)
    {
        using ExportedRun run = Export(network.Build(), normalisation);

        for (int seed = 0; seed < 4; seed++)
        {
            byte[] photo = DrawnImage.Of(seed % 2 == 0 ? "clock" : "other", seed);
            // Half of 1e-6 is the service's rounding.
            Assert.True(Math.Abs(run.Scored(photo) - run.Run(photo)) <= ModelExport.Tolerance, kind);
        }
    }

    [Fact]
    public void ABackboneOfFeaturesAloneIsExportedLikeAnyOther()
    {
        using ExportedRun run = new(EncoderBackbone.Spec, new BackboneCatalogue(EncoderBackbone.Folder).Resolve(EncoderBackbone.Id).File);

        Assert.Equal(run.Scored(DrawnImage.Clock(1)), run.Run(DrawnImage.Clock(1)), ModelExport.Tolerance);
    }

    [Fact]
    public void WithPipelineFullTheFileTakesAnySize()
    {
        (BackboneSpec spec, string file) = new BackboneCatalogue().Resolve(BackboneSpec.ShippedId);
        using ExportedRun run = new(spec, file, Pipeline.Full);

        byte[] wide = SomePhoto.Jpeg(1, 300, 120);
        Assert.Equal([-1, -1, -1, 3], run.Session.InputMetadata[run.Exported.Input].Dimensions);
        Assert.Equal(run.Scored(wide), run.Run(wide), ModelExport.Tolerance);
    }

    [Fact]
    public void TheFileHoldsNothingThatTheProbabilityDoesNotNeed()
    {
        (BackboneSpec spec, string file) = new BackboneCatalogue().Resolve(BackboneSpec.ShippedId);
        using ExportedRun run = new(spec, file);

        // The layer of the thousand classes is gone: half a megabyte of the shipped backbone.
        Assert.InRange(run.Exported.Bytes, 1, spec.Bytes - 500_000);
        Assert.Equal([run.Exported.Input], run.Session.InputMetadata.Keys);
        Assert.Equal([run.Exported.Output], run.Session.OutputMetadata.Keys);
    }

    [Fact]
    public void TheFileSaysWhatItIsAndHowItIsFed()
    {
        using ExportedRun run = Export(new OnnxClassifier { Side = 64 }.Build(), InputNormalisation.ImageNet);
        Dictionary<string, string> about = run.Session.ModelMetadata.CustomMetadataMap;

        Assert.Equal("20260102T030405Z-abcdef", about["version"]);
        Assert.Equal("clock", about["target"]);
        Assert.Equal(["clock", "other"], JsonSerializer.Deserialize<string[]>(about["labels"])!);
        Assert.Equal("0.5", about["threshold"]);
        Assert.Equal("MIT", about["licence"]);
        Assert.Equal(
            "Decode upright (EXIF orientation), in sRGB, what is transparent on white. Squash the whole image to 64x64. The filter is " +
            "linear and antialiased, as Pillow's BILINEAR. Input 'pixels' takes R, G, B of 0-255 as float32, NxHxWx3; normalisation is " +
            "inside. Output 'probability' is the target's probability.",
            about["preprocessing"]);
        Assert.Equal("NominalRange_0_255", about["Image.NominalPixelRange"]);
    }

    [Fact]
    public void WhatTheBackbonesFileSaidOfItsOwnPixelsIsReplaced()
    {
        OnnxEncoder network = new()
        {
            Metadata = new Dictionary<string, string> { ["Image.BitmapPixelFormat"] = "Bgr8", ["author"] = "A" },
        };
        using ExportedRun run = Export(network.Build(), normalisation: null);

        Assert.Equal("Rgb8", run.Session.ModelMetadata.CustomMetadataMap["Image.BitmapPixelFormat"]);
        Assert.Equal("A", run.Session.ModelMetadata.CustomMetadataMap["author"]);
        Assert.Equal(run.Scored(DrawnImage.Clock(1)), run.Run(DrawnImage.Clock(1)), ModelExport.Tolerance);
    }

    [Fact]
    public void ADamagedBackboneExportsNothingAndTheOldFileStays()
    {
        (BackboneSpec spec, string file) = Import(new OnnxClassifier().Build(), InputNormalisation.ImageNet);
        File.AppendAllText(file, "x");
        string destination = Path.Combine(_folder, "old.onnx");
        File.WriteAllText(destination, "old");
        LearnedHead head = new(new float[spec.FeatureWidth], 0, 0.5);

        Assert.Throws<BackboneException>(() => ModelExport.Write(
            destination, spec, file, head, Some.Manifest(HeadFile.Write(head.Weight, head.Bias), spec.FeatureWidth)));

        Assert.Equal("old", File.ReadAllText(destination));
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder), name => name.EndsWith(".partial", StringComparison.Ordinal));
    }

    [Fact]
    public void TheCoefficientsAreTheHeadToEveryDigit()
    {
        float[] weight = [0.1f, -3.4028235E+38f, 1e-30f];
        LearnedHead head = new(weight, -0.7f, 0.25);
        HeadCoefficients numbers = HeadCoefficients.Of(head, Some.Manifest(HeadFile.Write(weight, -0.7f), 3) with { Backbone = "net" });

        Assert.Equal("feature,weight\nbias,-0.7\nnet[0],0.1\nnet[1],-3.4028235E+38\nnet[2],1E-30\n", numbers.ToCsv());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ExportedRun Export(byte[] model, InputNormalisation? normalisation)
    {
        (BackboneSpec spec, string file) = Import(model, normalisation);
        return new ExportedRun(spec, file);
    }

    private (BackboneSpec Spec, string File) Import(byte[] model, InputNormalisation? normalisation)
    {
        using TemporaryFile file = new(".onnx");
        File.WriteAllBytes(file.Path, model);
        BackboneCatalogue catalogue = new(_folder);
        catalogue.Import(file.Path, new() { Id = "network", Size = 64, Normalisation = normalisation, Licence = "MIT" });
        return catalogue.Resolve("network");
    }
}
