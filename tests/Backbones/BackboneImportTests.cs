using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Backbones.Onnx;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Tests.Support;
using Microsoft.ML.OnnxRuntime;

namespace ClockFunctions.Tests.Backbones;

public sealed class BackboneImportTests : IDisposable
{
    private const int Side = 64;

    private readonly string _folder = Directory.CreateTempSubdirectory("clocks-").FullName;

    public static TheoryData<string, OnnxClassifier> Classifiers => new()
    {
        { "fully connected", new() },
        { "matrix product and sum", new() { LastLayer = LastLayer.MatMulAndAdd } },
        { "pool, then convolution", new() { LastLayer = LastLayer.PoolThenConv } },
        { "convolution, then pool", new() { LastLayer = LastLayer.ConvThenPool } },
        { "reshape by a computed shape", new() { LastLayer = LastLayer.ReshapeByShape, Opset = 12, IrVersion = 6 } },
        { "convolution, then pool of a stated size", new()
        {
            LastLayer = LastLayer.ConvThenPoolOfFixedSize,
            Batch = 1,
            Side = Side,
            Opset = 7,
            IrVersion = 3,
            InitializersAreInputs = true,
        } },
        { "softmax inside", new() { SoftmaxInside = true } },
        { "softmax inside of all-convolutional", new() { LastLayer = LastLayer.ConvThenPool, SoftmaxInside = true } },
        { "opset 7, initialisers as inputs", new() { Opset = 7, IrVersion = 3, InitializersAreInputs = true } },
        { "opset 9, initialisers as inputs of a format that does not need it", new()
        {
            Opset = 9,
            IrVersion = 4,
            InitializersAreInputs = true,
        } },
        { "opset 13", new() { Opset = 13, IrVersion = 7 } },
        { "opset 21", new() { Opset = 21, IrVersion = 10 } },
        { "fixed batch", new() { Batch = 1 } },
        { "fixed size", new() { Batch = 1, Side = Side } },
        { "channels last", new() { ChannelsLast = true, LastLayer = LastLayer.MatMulAndAdd } },
        { "channels last, fixed", new() { ChannelsLast = true, Batch = 1, Side = Side } },
        { "1001 classes", new() { Classes = 1001 } },
        { "1001 probabilities", new() { Classes = 1001, SoftmaxInside = true } },
        { "float16 weights", new() { HalfWeights = true } },
        { "float16 throughout", new() { HalfEverywhere = true } },
        { "float16 throughout, convolution, then pool", new() { HalfEverywhere = true, LastLayer = LastLayer.ConvThenPool } },
    };

    [Theory, MemberData(nameof(Classifiers))]
    public void EveryKindOfClassifierGivesItsClassesAndThePooledMapAsFeatures(string kind, OnnxClassifier classifier)
    {
        byte[] original = classifier.Build();
        BackboneSpec spec = Import(original);

        Assert.True(spec.FeatureWidth == OnnxClassifier.Channels, kind);
        Assert.Equal(
            (classifier.ChannelsLast ? TensorLayout.Nhwc : TensorLayout.Nchw, Side, Side),
                (spec.Input.Layout, spec.Input.Height, spec.Input.Width));
        Assert.Equal(classifier.Batch.Symbol is not null, spec.Input.DynamicBatch);
        Assert.Equal(classifier.Side.Symbol is not null, spec.Input.DynamicSize);
        Assert.Equal(classifier.Classes, spec.ClassCount);
        Assert.Equal(classifier.SoftmaxInside ? ClassOutput.Probabilities : ClassOutput.Logits, spec.ClassOutput);
        Assert.NotNull(spec.FeatureMapTensor);

        using Backbone backbone = Load(spec);
        float[] images = Images(3);
        BackboneOutput output = backbone.Run(images, 3, Side, Side, featureMap: true);
        for (int i = 0; i < 3; i++)
        {
            float[] image = images[(i * 3 * Side * Side)..((i + 1) * 3 * Side * Side)];
            AssertClose(ExpectedProbabilities(original, classifier, image), output.ProbabilitiesOf(i), classifier);
            AssertClose(MeanOfMap(output, i), output.FeaturesOf(i), classifier);
            Assert.NotEqual(output.FeaturesOf(0).ToArray(), output.FeaturesOf((i + 1) % 3 == 0 ? 1 : (i + 1) % 3).ToArray());
        }
    }

    [Fact]
    public void FeaturesOfAHiddenLayerHaveNoMap()
    {
        BackboneSpec spec = Import(new OnnxClassifier { LastLayer = LastLayer.HiddenLayer }.Build());

        Assert.Equal((12, null), (spec.FeatureWidth, spec.FeatureMapTensor));
        using Backbone backbone = Load(spec);
        BackboneException fault = Assert.Throws<BackboneException>(() => backbone.Run(Images(1), 1, Side, Side, featureMap: true));
        Assert.Equal("Backbone 'small' has no feature map: its features are not the mean of one.", fault.Message);
    }

    [Theory, MemberData(nameof(Classifiers))]
    public void ThePriorIsWhatTheClassesSayOfTheFeatures(string kind, OnnxClassifier classifier)
    {
        int[] target = [3, 500];
        BackboneSpec spec = Import(classifier.Build());
        NetworkPrior? prior = NetworkPrior.Read(spec, Path.Combine(_folder, spec.File), target);
        if (kind.Contains("convolution, then pool") || kind.Contains("all-convolutional"))
        {
            Assert.Null(prior); // a ReLU stands between the last layer and its pooling
            return;
        }

        using Backbone backbone = Load(spec);
        BackboneOutput output = backbone.Run(Images(2), 2, Side, Side);

        // The difference of two images' log probabilities is that of their logits, but for a number that all classes share.
        double[] change = [.. Enumerable.Range(0, ImageNetClasses.Count).Select(id =>
            Math.Log(output.ProbabilitiesOf(0)[id]) - Math.Log(output.ProbabilitiesOf(1)[id]))];
        double expected = target.Average(id => change[id]) - change.Where((_, id) => !target.Contains(id)).Average();
        double actual = Enumerable.Range(0, spec.FeatureWidth).Sum(feature =>
            prior!.Weight[feature] * (double)(output.FeaturesOf(0)[feature] - output.FeaturesOf(1)[feature]));

        // float16 throughout rounds each logit to 11 bits.
        Assert.Equal(expected, actual, classifier.HalfEverywhere ? 5e-3 : 1e-4);
    }

    [Fact]
    public void FeaturesThatTheLastLayerDoesNotReadHaveNoPrior()
    {
        BackboneSpec spec = Import(new OnnxClassifier { LastLayer = LastLayer.HiddenLayer }.Build(), features: "map");

        Assert.Null(spec.Classifier);
        Assert.Null(NetworkPrior.Read(spec, Path.Combine(_folder, spec.File), [1]));
    }

    [Fact]
    public void ASpecThatNamesNoWeightOfTheFileIsRefused()
    {
        BackboneSpec spec = Import(new OnnxClassifier().Build());
        string file = Path.Combine(_folder, spec.File);

        BackboneException fault = Assert.Throws<BackboneException>(() =>
            NetworkPrior.Read(spec with { Classifier = new ClassifierLayer("nothing") }, file, [1]));
        Assert.StartsWith("Backbone 'small' has no weight 'nothing' that could be read: ", fault.Message);
        fault = Assert.Throws<BackboneException>(() =>
            NetworkPrior.Read(spec with { Classifier = new ClassifierLayer("conv.weight") }, file, [1]));
        Assert.Equal("The weight 'conv.weight' of backbone 'small' is [8, 3, 3, 3]: no classifier of its 8 features.", fault.Message);
    }

    [Fact]
    public void AMaximumIsNoMean() =>
        Assert.Null(Import(new OnnxClassifier { LastLayer = LastLayer.MaxPool }.Build()).FeatureMapTensor);

    [Fact]
    public void SomebodyWhoKnowsBetterNamesTheFeatures()
    {
        BackboneSpec spec = Import(new OnnxClassifier { LastLayer = LastLayer.HiddenLayer }.Build(), features: "map");

        Assert.Equal((OnnxClassifier.Channels, "map"), (spec.FeatureWidth, spec.FeatureMapTensor));
    }

    [Fact]
    public void ImportingTwiceGivesTheSameBytes() =>
        Assert.Equal(Import(new OnnxClassifier().Build()).Sha256, Import(new OnnxClassifier().Build()).Sha256);

    [Fact]
    public void ImportingAnotherModelReplacesTheFirst()
    {
        Import(new OnnxClassifier().Build());
        BackboneSpec second = Import(new OnnxClassifier { Classes = 1001 }.Build());

        Assert.Equal(1001, new BackboneCatalogue(_folder).Resolve("small").Spec.ClassCount);
        Assert.Equal([second.File, "small.json"], Installed());
    }

    public static TheoryData<byte[], string> Unusable => new()
    {
        { "not a model"u8.ToArray(), "model.onnx is not an ONNX model: " },
        { [], "model.onnx is not an ONNX model: There is no graph with operations in it." },
        { new OnnxClassifier().Build()[..500], "model.onnx is not an ONNX model: " },
        { new OnnxClassifier
        {
            ExternalFile = "weights.bin",
        }.Build(), "model.onnx keeps the weight 'fc.weight' in another file (weights.bin)." },
        { new OnnxClassifier
        {
            LastLayer = LastLayer.Unknown,
        }.Build(), "Between the class output 'scores' and the last fully connected layer or convolution stands 'Softplus_" },
        { Text(), "An image network takes one float tensor of N×3×H×W or N×H×W×3; model.onnx takes tokens (Int64 [N, 16])." },
    };

    [Theory, MemberData(nameof(Unusable))]
    public void WhatIsNoClassifierIsRefusedAndNothingIsInstalled(byte[] model, string message)
    {
        BackboneException fault = Assert.Throws<BackboneException>(() => Import(model));

        Assert.StartsWith(message, fault.Message, StringComparison.Ordinal);
        Assert.Empty(Installed());
    }

    [Fact]
    public void FeaturesThatAreNotThereAreNamed()
    {
        BackboneException fault = Assert.Throws<BackboneException>(() => Import(new OnnxClassifier().Build(), features: "fc7"));
        Assert.Equal("The model has no tensor 'fc7' to take as features.", fault.Message);
    }

    [Theory]
    [InlineData("../up")]
    [InlineData("")]
    [InlineData("Small")]
    [InlineData(".hidden")]
    public void AnIdIsAPlainFileName(string id) =>
        Assert.Throws<BackboneException>(() => new BackboneCatalogue(_folder).Import("model.onnx", new() { Id = id }));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private BackboneSpec Import(byte[] model, string? features = null)
    {
        string folder = Directory.CreateTempSubdirectory("clocks-").FullName;
        try
        {
            string file = Path.Combine(folder, "model.onnx");
            File.WriteAllBytes(file, model);
            return new BackboneCatalogue(_folder).Import(file, new() { Id = "small", Size = Side, FeaturesTensor = features });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private string[] Installed() =>
        [.. Directory.EnumerateFileSystemEntries(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];

    private Backbone Load(BackboneSpec spec) => Backbone.Load(spec, Path.Combine(_folder, spec.File));

    private static float[] Images(int count)
    {
        Random random = new(3);
        return [.. Enumerable.Range(0, count * 3 * Side * Side).Select(_ => (float)((random.NextDouble() * 4) - 2))];
    }

    /// <summary>What the file as it came answers, through a plain session and a softmax written out.</summary>
    private static double[] ExpectedProbabilities(byte[] model, OnnxClassifier classifier, float[] image)
    {
        using InferenceSession session = new(model);
        long[] shape = classifier.ChannelsLast ? [1, Side, Side, 3] : [1, 3, Side, Side];
        using OrtValue input = classifier.HalfEverywhere
            ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(image, value => (Float16)value), shape)
            : OrtValue.CreateTensorValueFromMemory(image, shape);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, ["image"], [input], ["scores"]);
        double[] scores = classifier.HalfEverywhere
            ? Array.ConvertAll(outputs[0].GetTensorDataAsSpan<Float16>().ToArray(), value => (double)value.ToFloat())
            : Array.ConvertAll(outputs[0].GetTensorDataAsSpan<float>().ToArray(), value => (double)value);
        if (!classifier.SoftmaxInside)
        {
            double sum = scores.Sum(Math.Exp);
            scores = Array.ConvertAll(scores, score => Math.Exp(score) / sum);
        }

        return scores[^ImageNetClasses.Count..];
    }

    private static double[] MeanOfMap(BackboneOutput output, int image)
    {
        int pixels = output.MapHeight * output.MapWidth;
        return [.. Enumerable.Range(0, output.FeatureWidth).Select(channel =>
            output.FeatureMap!.Skip(((image * output.FeatureWidth) + channel) * pixels).Take(pixels).Average(value => (double)value))];
    }

    private static void AssertClose(double[] expected, ReadOnlySpan<float> actual, OnnxClassifier classifier)
    {
        // float16 has 11 significant bits: values differ by up to 1/1000 of the largest.
        double tolerance = expected.Max(Math.Abs) * (classifier.HalfEverywhere ? 5e-3 : 1e-5);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], tolerance);
        }
    }

    private static byte[] Text()
    {
        OnnxGraphBuilder graph = new("text");
        string tokens = graph.Input("tokens", OnnxType.Int64, "N", 16);
        graph.Node("Identity", [tokens], output: "y");
        graph.Output("y", OnnxType.Int64, "N", 16);
        return graph.Build();
    }
}
