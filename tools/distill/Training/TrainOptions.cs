namespace ClockFunctions.Distill.Training;

/// <summary>What decides a training run, kept in every checkpoint.</summary>
public sealed record TrainOptions
{
    /// <summary>Architecture: see <see cref="Student.StudentPlan"/>.</summary>
    public required string Plan { get; init; }

    /// <summary>Native input size in pixels, a multiple of 16. Default 128.</summary>
    public int Size { get; init; } = 128;

    /// <summary>Views to learn from altogether, repeats counted. Default 400,000.</summary>
    public int Views { get; init; } = 400_000;

    /// <summary>Views a step, all replicas together. Default 64.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>
    /// Copies of the network that each work on a part of the batch, on one thread each. Default 2: on a
    /// machine with other work to do that is far faster than two threads in every operation, which wait
    /// for each other hundreds of times a step.
    /// </summary>
    public int Replicas { get; init; } = 2;

    /// <summary>Highest learning rate of AdamW. Default 0.002.</summary>
    public double Rate { get; init; } = 0.002;

    /// <summary>Weight decay of AdamW. Default 0.03.</summary>
    public double Decay { get; init; } = 0.03;

    /// <summary>Temperature at which class probabilities are compared (Hinton et al. 2015). Default 2.</summary>
    public double Temperature { get; init; } = 2;

    /// <summary>Weight of the class loss beside the feature loss. Default 1.</summary>
    public double ClassWeight { get; init; } = 1;

    /// <summary>How much of the averaged weights each step keeps. Default 0.998.</summary>
    public double Averaging { get; init; } = 0.998;

    /// <summary>Whether activations are bfloat16 while training: faster where the processor knows it. Default no.</summary>
    public bool Brain16 { get; init; }

    public int Seed { get; init; } = 1;

    public int Steps => (Views + Batch - 1) / Batch;
}
