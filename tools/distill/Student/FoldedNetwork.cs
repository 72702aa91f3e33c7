namespace ClockFunctions.Distill.Student;

/// <summary>A layer ready to run: batch norm is folded in.</summary>
/// <param name="Weight">Row-major, the output channel first.</param>
/// <param name="Bias">One value an output channel.</param>
public sealed record FoldedLayer(float[] Weight, float[] Bias);

/// <summary>A trained student as plain numbers: what is exported.</summary>
/// <param name="Plan">The architecture.</param>
/// <param name="Convolutions">In the order of <see cref="StudentPlan.Steps"/>.</param>
/// <param name="Classifier">Classes×features.</param>
public sealed record FoldedNetwork(StudentPlan Plan, IReadOnlyList<FoldedLayer> Convolutions, FoldedLayer Classifier)
{
    public int Classes => Classifier.Bias.Length;

    /// <summary>A network of this shape with random weights that keep activations in range: good for timing.</summary>
    public static FoldedNetwork Random(StudentPlan plan, int classes, int seed)
    {
        Random random = new(seed);
        return new(
            plan,
            [.. plan.Steps().SelectMany(step => step.Convolutions).Select(shape => RandomLayer(random, shape.WeightCount, shape.Outputs))],
            RandomLayer(random, (long)classes * plan.Features, classes));
    }

    private static FoldedLayer RandomLayer(Random random, long weights, int outputs)
    {
        // He et al. (2015), "Delving Deep into Rectifiers", for a uniform distribution.
        double bound = Math.Sqrt(6.0 * outputs / weights);
        float[] weight = new float[weights];
        for (int i = 0; i < weight.Length; i++)
        {
            weight[i] = (float)((random.NextDouble() * 2 - 1) * bound);
        }

        return new(weight, new float[outputs]);
    }
}
