using ClockFunctions.Distill.Student;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace ClockFunctions.Tests.Tools;

public class StudentExportTests
{
    private const string EveryKindOfStep = "c8/2 d16/2 r16 p24 c32/2";
    private const int Classes = 10;

    [Fact]
    public void TheExportedNetworkAnswersAsTheTrainedOne()
    {
        using StudentNetwork network = new(StudentPlan.Parse(EveryKindOfStep), Classes, teacherFeatures: 4, seed: 3);
        using Tensor pixels = randn(2, 3, 64, 64);
        using IDisposable still = no_grad();
        network.train();
        // Moves the running statistics of the batch norms away from 0 and 1, so that folding has something to do.
        network.forward(pixels * 2 + 0.5);
        network.eval();
        StudentAnswer answer = network.forward(pixels);

        byte[] model = OnnxExport.Write(network.Fold(), WeightFormat.ThirtyTwoBit, new Dictionary<string, string>());
        (float[] features, float[] probabilities, _) = Run(model, pixels.data<float>().ToArray(), 2, 64);

        // The order of additions differs, nothing else.
        AssertClose(answer.Features.data<float>().ToArray(), features, 1e-4f);
        AssertClose(answer.Logits.softmax(1).data<float>().ToArray(), probabilities, 1e-4f);
    }

    [Theory]
    [InlineData(WeightFormat.SixteenBit, 0.002)]
    [InlineData(WeightFormat.EightBit, 0.02)]
    public void FewerBitsAWeightChangeTheFeaturesByLessThanAFewPercent(WeightFormat format, double tolerance)
    {
        FoldedNetwork network = FoldedNetwork.Random(StudentPlan.Parse(EveryKindOfStep), Classes, seed: 5);
        float[] pixels = Noise(3 * 64 * 64);
        (float[] exact, _, _) = Run(Export(network, WeightFormat.ThirtyTwoBit), pixels, 1, 64);
        (float[] rounded, _, _) = Run(Export(network, format), pixels, 1, 64);

        double error = Math.Sqrt(exact.Zip(rounded, (a, b) => Math.Pow(a - b, 2)).Sum() / exact.Sum(a => a * a));
        Assert.InRange(error, 1e-9, tolerance);
    }

    [Fact]
    public void EightBitFilesTakeAQuarterOfTheBytes()
    {
        FoldedNetwork network = FoldedNetwork.Random(StudentPlan.Parse("c32/2 c64/2 r64"), Classes, seed: 5);
        double ratio = (double)Export(network, WeightFormat.EightBit).Length / Export(network, WeightFormat.ThirtyTwoBit).Length;
        Assert.InRange(ratio, 0.25, 0.3);
    }

    [Fact]
    public void QuantisingKeepsTheLargestWeightOfAChannelExact()
    {
        (sbyte[] integers, float[] scales) = OnnxExport.Quantise([1, -2, 0.5f, 0, 0, 0], outputs: 2);
        Assert.Equal([64, -127, 32, 0, 0, 0], integers);
        Assert.Equal(-2, integers[1] * scales[0], 1e-6);
        Assert.True(float.IsFinite(0 / scales[1]));
    }

    [Theory]
    [InlineData(1, 96, 32)]
    [InlineData(3, 96, 32 + 24 + 16)]
    [InlineData(3, 101, 32 + 24 + 16)]
    public void TheFeaturesAreTheMeanOfTheFeatureMap(int taps, int size, int width)
    {
        FoldedNetwork network = FoldedNetwork.Random(StudentPlan.Parse(EveryKindOfStep), Classes, seed: 5);
        byte[] model = OnnxExport.Write(network, WeightFormat.EightBit, new Dictionary<string, string>(), taps);
        (float[] features, float[] probabilities, float[] map) = Run(model, Noise(2 * 3 * size * size), 2, size);

        Assert.Equal(2 * width, features.Length);
        AssertClose([.. map.Chunk(map.Length / features.Length).Select(cells => cells.Average())], features, 1e-5f);
        Assert.All(probabilities.Chunk(Classes), image => Assert.Equal(1, image.Sum(), 1e-5));
    }

    [Fact]
    public void PlansCountTheirParametersAndMultiplications()
    {
        StudentPlan plan = StudentPlan.Parse("c8/2  p16");
        Assert.Equal(8 * 27 + 8 + 16 * 8 + 16 + 17 * Classes, plan.Parameters(Classes));
        Assert.Equal(32 * 32 * (8 * 27 + 16 * 8) + 16 * Classes, plan.Multiplications(64, Classes));
        Assert.Equal((16, 2), (plan.Features, plan.TotalStride));
    }

    [Theory]
    [InlineData("c8 r16", "Step r16 must keep the 8 channels and the size that come in.")]
    [InlineData("x8", "'x8' is no step: c, r, p or d, channels, and perhaps /stride.")]
    [InlineData("c0", "'c0' is no step: for example c64/2.")]
    public void APlanThatCannotBeIsRefused(string plan, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => StudentPlan.Parse(plan)).Message);

    private static byte[] Export(FoldedNetwork network, WeightFormat format) =>
        OnnxExport.Write(network, format, new Dictionary<string, string>());

    private static float[] Noise(int length)
    {
        Random random = new(1);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() * 2 - 1)];
    }

    private static (float[] Features, float[] Probabilities, float[] Map) Run(byte[] model, float[] pixels, int batch, int size)
    {
        using InferenceSession session = new(model);
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(pixels, [batch, 3, size, size]);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(
            options, ["input"], [input], ["features", "probabilities", "feature_map"]);
        float[][] values = [.. outputs.Select(output => output.GetTensorDataAsSpan<float>().ToArray())];
        return (values[0], values[1], values[2]);
    }

    private static void AssertClose(float[] expected, float[] actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }
}
