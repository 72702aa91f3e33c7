using System.IO.Compression;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Tests.Support;
using Microsoft.ML.OnnxRuntime;

namespace ClockFunctions.Tests.Backbones;

/// <summary>Networks without the classes of ImageNet.</summary>
public sealed class EncoderImportTests : IDisposable
{
    private const int Side = 64;

    private readonly string _folder = Directory.CreateTempSubdirectory("clocks-").FullName;
    private readonly string _zips = Directory.CreateTempSubdirectory("clocks-").FullName;

    [Theory]
    [InlineData(EncoderEnd.Pool, true)]
    [InlineData(EncoderEnd.Map, true)]
    [InlineData(EncoderEnd.Tokens, false)]
    [InlineData(EncoderEnd.TokensAndPooler, true)]
    [InlineData(EncoderEnd.Softmax, true)]
    [InlineData(EncoderEnd.Sigmoid, true)]
    [InlineData(EncoderEnd.NamedClasses, true)]
    public void EveryKindOfEncoderGivesTheSameFeaturesAndNoClasses(EncoderEnd end, bool hasMap)
    {
        BackboneSpec spec = Import(new OnnxEncoder { End = end }.Build());

        Assert.Equal((OnnxEncoder.Channels, false, hasMap), (spec.FeatureWidth, spec.HasClasses, spec.FeatureMapTensor is not null));
        Assert.Equal((null, null, null), (spec.ClassTensor, spec.ClassOutput, spec.ClassCount));
        using Backbone backbone = Load(spec);
        float[] images = Images(2);
        BackboneOutput output = backbone.Run(images, 2, Side, Side, featureMap: hasMap);
        Assert.Empty(output.Probabilities);
        Assert.Empty(output.ProbabilitiesOf(1).ToArray());
        for (int i = 0; i < 2; i++)
        {
            // All of them pool the same map of the same weights.
            AssertClose(Rows(images.AsSpan(i * 3 * Side * Side, 3 * Side * Side).ToArray()), output.FeaturesOf(i));
        }
    }

    [Fact]
    public void AWideClassifierOfOtherThingsIsNoEncoder()
    {
        BackboneSpec spec = Import(new OnnxEncoder { End = EncoderEnd.Softmax, Classes = 200 }.Build());

        Assert.Equal((OnnxEncoder.Channels, false), (spec.FeatureWidth, spec.HasClasses));
    }

    [Fact]
    public void WhereSeveralOutputsMayBeFeaturesSomebodyMustChoose()
    {
        byte[] model = new OnnxEncoder { End = EncoderEnd.TwoRows }.Build();

        BackboneException fault = Assert.Throws<BackboneException>(() => Import(model));
        Assert.Equal(
            "model.onnx has several outputs that may be features: rows, other_rows. Name one with --features.", fault.Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
        Assert.Equal("other_rows", Import(model, new() { Id = "encoder", Size = Side, FeaturesTensor = "other_rows" }).FeaturesTensor);
    }

    [Fact]
    public void ASpecWithoutClassesSurvivesItsFile()
    {
        BackboneSpec spec = Import(new OnnxEncoder().Build());

        (BackboneSpec read, _) = new BackboneCatalogue(_folder).Resolve("encoder");
        Assert.Equal((spec.Identity, spec.Sha256, false), (read.Identity, read.Sha256, read.HasClasses));
        Assert.DoesNotContain("class", File.ReadAllText(Path.Combine(_folder, "encoder.json")), StringComparison.Ordinal);
        Assert.Equal(spec.Sha256, new BackboneCatalogue(_folder).Verify("encoder").Sha256);
    }

    [Theory]
    [InlineData("Rgb8", "NominalRange_0_255", 1, 0, ColorOrder.Rgb)]
    [InlineData("Bgr8", "NominalRange_0_255", 1, 0, ColorOrder.Bgr)]
    [InlineData("bgr8", "normalized_0_1", 1 / 255f, 0, ColorOrder.Bgr)]
    [InlineData("Bgra8", "Normalized_1_1", 1 / 127.5f, 1, ColorOrder.Bgr)]
    [InlineData("Rgb8", "NominalRange_16_235", 219 / 255f, -16, ColorOrder.Rgb)]
    [InlineData("Bgr8", null, 1 / 255f, 0, ColorOrder.Bgr)] // as Custom Vision's own sample reads it
    [InlineData(null, "NominalRange_0_255", 1, 0, ColorOrder.Rgb)]
    public void TheFilesMetadataSaysHowItSeesPixels(string? format, string? range, float scale, float mean, ColorOrder order)
    {
        BackboneSpec spec = Import(CustomVision(format, range));

        Assert.Equal((scale, order), (spec.Input.Scale, spec.Input.ColorOrder));
        Assert.Equal([mean, mean, mean], spec.Input.Mean);
        Assert.Equal([1, 1, 1], spec.Input.Std);
    }

    [Fact]
    public void WhatIsSaidOverrulesTheFilesMetadata()
    {
        BackboneSpec spec = Import(
            CustomVision("Bgr8", "NominalRange_0_255"), new() { Id = "encoder", Size = Side, Normalisation = InputNormalisation.Lite });

        Assert.Equal((ColorOrder.Rgb, 127f), (spec.Input.ColorOrder, spec.Input.Mean[0]));
    }

    [Theory]
    [InlineData("Gray8", "NominalRange_0_255", "The file's Image.BitmapPixelFormat 'Gray8' is no colour format. Say it with --preset.")]
    [InlineData("Rgb8", "Normalized", "The file's Image.NominalPixelRange 'Normalized' is not known. Say it with --preset.")]
    public void MetadataThatIsNotUnderstoodIsNotGuessed(string format, string range, string message) =>
        Assert.Equal(message, Assert.Throws<BackboneException>(() => Import(CustomVision(format, range))).Message);

    [Fact]
    public void AZippedExportImportsAsItsModel()
    {
        string zip = Zip(("model.onnx", CustomVision("Bgr8", "NominalRange_0_255")), ("labels.txt", "clock\nother\nNegative"u8.ToArray()));

        BackboneSpec spec = new BackboneCatalogue(_folder).Import(zip, new() { Id = "zipped", Size = Side });

        Assert.Equal((OnnxEncoder.Channels, ColorOrder.Bgr), (spec.FeatureWidth, spec.Input.ColorOrder));
        Assert.Equal([spec.File, "zipped.json"], Directory.EnumerateFiles(_folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void AZipFileHoldsOneModel()
    {
        byte[] model = CustomVision("Rgb8", null);
        BackboneCatalogue catalogue = new(_folder);

        Assert.StartsWith("two.zip must hold one ONNX file", Fault(Zip("two.zip", ("a.onnx", model), ("b.onnx", model))));
        Assert.StartsWith("none.zip must hold one ONNX file", Fault(Zip("none.zip", ("labels.txt", [1]))));
        Assert.StartsWith("cut.zip is no readable ZIP file", Fault(Cut(Zip("cut.zip", ("a.onnx", model)))));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));

        string Fault(string zip) => Assert.Throws<BackboneException>(() => catalogue.Import(zip, new() { Id = "zipped" })).Message;
    }

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        Directory.Delete(_zips, recursive: true);
    }

    private static byte[] CustomVision(string? format, string? range)
    {
        Dictionary<string, string> metadata = [];
        if (format is not null)
        {
            metadata["Image.BitmapPixelFormat"] = format;
        }

        if (range is not null)
        {
            metadata["Image.NominalPixelRange"] = range;
        }

        return new OnnxEncoder { End = EncoderEnd.Softmax, Metadata = metadata }.Build();
    }

    private string Zip(params (string Name, byte[] Content)[] entries) => Zip("export.zip", entries);

    private string Zip(string name, params (string Name, byte[] Content)[] entries)
    {
        string file = Path.Combine(_zips, name);
        using ZipArchive archive = ZipFile.Open(file, ZipArchiveMode.Create);
        foreach ((string entry, byte[] content) in entries)
        {
            using Stream stream = archive.CreateEntry(entry).Open();
            stream.Write(content);
        }

        return file;
    }

    private static string Cut(string zip)
    {
        File.WriteAllBytes(zip, File.ReadAllBytes(zip)[..^40]);
        return zip;
    }

    private BackboneSpec Import(byte[] model, ImportOptions? options = null)
    {
        string folder = Directory.CreateTempSubdirectory("clocks-").FullName;
        try
        {
            string file = Path.Combine(folder, "model.onnx");
            File.WriteAllBytes(file, model);
            return new BackboneCatalogue(_folder).Import(file, options ?? new() { Id = "encoder", Size = Side });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private Backbone Load(BackboneSpec spec) => Backbone.Load(spec, Path.Combine(_folder, spec.File));

    private static float[] Images(int count)
    {
        Random random = new(3);
        return [.. Enumerable.Range(0, count * 3 * Side * Side).Select(_ => (float)((random.NextDouble() * 4) - 2))];
    }

    /// <summary>The pooled map of a file with that as its output, by a plain session.</summary>
    private static float[] Rows(float[] image)
    {
        using InferenceSession session = new(new OnnxEncoder { End = EncoderEnd.TokensAndPooler }.Build());
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(image, [1, 3, Side, Side]);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, ["data"], [input], ["rows"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static void AssertClose(float[] expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-5f); // float32 sums of some hundred values in another order
        }
    }
}
