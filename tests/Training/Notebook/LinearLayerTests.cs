using ClockFunctions.Core.Training.Notebook;
using TorchSharp;

namespace ClockFunctions.Tests.Training.Notebook;

public class LinearLayerTests
{
    private static readonly NotebookOptions Options = new();
    private static readonly float[] Features = [0.5f, -1, 2, 1, 0.25f, -0.5f];
    private static readonly float[] Targets = [1, 0];

    [Fact]
    public void AStepIsAdamWithTheDecayInTheGradient()
    {
        using LinearLayer layer = new(3, Options);
        double[] weight = [.. layer.Weight.Select(w => (double)w), layer.Bias];

        double loss = layer.Step(Features, Targets);

        // Kingma and Ba 2015, algorithm 1, with PyTorch's weight_decay: g += 0.2·w. In the first step the bias-corrected
        // moments are g and g², so every weight moves by lr · g / (|g| + 1e-8).
        double[] gradient = new double[4];
        double expectedLoss = 0;
        for (int i = 0; i < 2; i++)
        {
            double[] x = [Features[3 * i], Features[(3 * i) + 1], Features[(3 * i) + 2], 1];
            double p = 1 / (1 + Math.Exp(-x.Zip(weight, (a, b) => a * b).Sum()));
            expectedLoss -= Math.Log(Targets[i] == 1 ? p : 1 - p) / 2;
            for (int j = 0; j < 4; j++)
            {
                gradient[j] += (p - Targets[i]) * x[j] / 2;
            }
        }

        float[] moved = [.. layer.Weight, layer.Bias];
        for (int j = 0; j < 4; j++)
        {
            double g = gradient[j] + (0.2 * weight[j]);
            Assert.Equal(weight[j] - (0.001 * g / (Math.Abs(g) + 1e-8)), moved[j], 1e-6); // float32
        }

        Assert.Equal(expectedLoss, loss, 1e-6);
    }

    [Fact]
    public void FirstWeightsArePyTorchsAndFollowTheSeed()
    {
        using LinearLayer one = new(100, Options);
        using LinearLayer again = new(100, Options);
        using LinearLayer other = new(100, Options with { Seed = 2 });

        Assert.All(one.Weight, weight => Assert.InRange(weight, -0.1f, 0.1f)); // 1/√100
        Assert.True(one.Weight.Max() > 0.08f && one.Weight.Min() < -0.08f);
        Assert.Equal(one.Weight, again.Weight);
        Assert.NotEqual(one.Weight, other.Weight);
    }

    [Fact]
    public void NoTensorOutlivesAStep()
    {
        using LinearLayer layer = new(3, Options);
        layer.Step(Features, Targets); // Adam makes its moments in the first
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        layer.Step(Features, Targets);
        layer.Measure(Features, Targets);

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
