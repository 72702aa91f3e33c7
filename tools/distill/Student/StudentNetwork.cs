using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ClockFunctions.Distill.Student;

/// <summary>
/// The student while it trains: the planned convolutions with batch norm, a classifier over the pooled
/// features, and a linear projection of them to the teacher's features that is thrown away afterwards.
/// </summary>
public sealed class StudentNetwork : Module<Tensor, StudentAnswer>
{
    private readonly ModuleList<ConvolutionWithNorm> _convolutions;
    private readonly Linear _classifier;
    private readonly Linear _projection;

    /// <param name="plan">The architecture.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="teacherFeatures">Number of the teacher's features.</param>
    /// <param name="seed">Decides the weights: libtorch's own generator is one a process, and other threads draw from it.</param>
    public StudentNetwork(StudentPlan plan, int classes, int teacherFeatures, int seed)
        : base("student")
    {
        Plan = plan;
        using Generator chance = new((ulong)seed);
        _convolutions = [.. plan.Steps().SelectMany(step => step.Convolutions).Select(shape => new ConvolutionWithNorm(shape, chance))];
        _classifier = Dense(plan.Features, classes, chance);
        _projection = Dense(plan.Features, teacherFeatures, chance);
        RegisterComponents();
    }

    public StudentPlan Plan { get; }

    /// <summary>Pixels N×3×H×W, x/127.5−1, in float32 or bfloat16, to float32 answers.</summary>
    public override StudentAnswer forward(Tensor input)
    {
        Tensor x = input;
        int next = 0;
        foreach ((Block block, ConvolutionShape[] shapes) in Plan.Steps())
        {
            Tensor before = x;
            for (int i = 0; i < shapes.Length; i++)
            {
                x = _convolutions[next++].forward(x);
                if (i == shapes.Length - 1 && block.Kind == BlockKind.Residual)
                {
                    x = x.add_(before);
                }

                x = x.relu_();
            }
        }

        Tensor features = x.mean([2, 3]).to(ScalarType.Float32);
        return new(features, _classifier.forward(features), _projection.forward(features));
    }

    // PyTorch's default for linear layers: uniform within 1/√inputs; the bias starts at zero.
    private static Linear Dense(int inputs, int outputs, Generator chance)
    {
        Linear layer = Linear(inputs, outputs);
        using IDisposable still = no_grad();
        using Tensor weight = (rand([outputs, inputs], generator: chance) * 2 - 1) / Math.Sqrt(inputs);
        layer.weight.copy_(weight);
        layer.bias!.zero_();
        return layer;
    }

    /// <summary>The network as it is exported.</summary>
    public FoldedNetwork Fold()
    {
        using IDisposable scope = NewDisposeScope();
        using IDisposable still = no_grad();
        return new(
            Plan,
            [.. _convolutions.Select(convolution => convolution.Fold())],
            new(_classifier.weight.data<float>().ToArray(), _classifier.bias!.data<float>().ToArray()));
    }
}

/// <summary>What the student says about a batch.</summary>
/// <param name="Features">N×F, the mean of the feature map.</param>
/// <param name="Logits">N×classes.</param>
/// <param name="TeacherFeatures">N×teacher's F: its guess of the teacher's standardised features.</param>
public sealed record StudentAnswer(Tensor Features, Tensor Logits, Tensor TeacherFeatures);
