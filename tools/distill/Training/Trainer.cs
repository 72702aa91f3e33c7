using System.Diagnostics;
using ClockFunctions.Distill.Student;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ClockFunctions.Distill.Training;

/// <summary>
/// Knowledge distillation (Hinton et al. 2015, "Distilling the Knowledge in a Neural Network"): the
/// student learns to say what the teacher says, features and class probabilities, about views that
/// need no label. Weights are averaged over the last steps (Polyak); the average is what is judged and kept.
/// </summary>
public sealed class Trainer(TrainOptions options, BatchLoader loader, string folder, Action<string> report)
{
    private static readonly TimeSpan CheckpointEvery = TimeSpan.FromMinutes(2);
    private const int ReportsARun = 40;

    private readonly int _reportEvery = Math.Max(1, options.Steps / ReportsARun);

    /// <summary>Trains to the end, or until cancelled; either way the last checkpoint holds everything learned.</summary>
    /// <returns>The validation curve of this call.</returns>
    public IReadOnlyList<ValidationPoint> Run(CancellationToken cancellation)
    {
        StudentPlan plan = StudentPlan.Parse(options.Plan);
        ConvolutionCheck.Require(
            plan, options.Size, options.Batch / options.Replicas, options.Brain16 ? ScalarType.BFloat16 : ScalarType.Float32);
        using StudentNetwork student = Create();
        using StudentNetwork average = Create();
        using Replicas replicas = new(student, options.Replicas, Create);
        using TorchSharp.Modules.AdamW optimizer = optim.AdamW(student.parameters(), options.Rate, weight_decay: options.Decay);
        Checkpoint checkpoint = new(folder, student, average, optimizer);
        int step = checkpoint.Load(options);
        report(step == 0
            ? $"{plan.Parameters(loader.Classes) / 1e6:F2} M parameters, {plan.Multiplications(options.Size, loader.Classes) / 1e6:F0} " +
                $"M multiplications at {options.Size} px, {loader.TrainingViews} views, {options.Steps} steps"
            : $"resumed at step {step} of {options.Steps}");

        (float[] mean, float[] deviation) = loader.FeatureStatistics();
        using Tensor featureMean = tensor(mean);
        using Tensor featureDeviation = tensor(deviation);
        List<ValidationPoint> curve = [];
        Stopwatch sinceReport = Stopwatch.StartNew();
        Stopwatch sinceCheckpoint = Stopwatch.StartNew();
        double lossSum = 0;
        int lossCount = 0;
        Task<Batch[]> next = Load(step);
        while (step < options.Steps && !cancellation.IsCancellationRequested)
        {
            Batch[] batches = next.GetAwaiter().GetResult();
            next = Load(step + 1);

            double progress = (double)step / options.Steps;
            int size = Schedule.Size(progress, options.Size, new Random(unchecked(options.Seed * 31 + step)));
            foreach (TorchSharp.Modules.ParamGroup group in optimizer.ParamGroups)
            {
                group.LearningRate = Schedule.Rate(progress, options.Rate);
            }

            using (NewDisposeScope())
            {
                lossSum += replicas.Backward((network, part) => Loss(network, batches[part], size, featureMean, featureDeviation));
                lossCount++;
                optimizer.step();
                Average(student, average, Schedule.Averaging(step, options.Averaging));
            }

            step++;
            if (step % _reportEvery == 0 || step == options.Steps)
            {
                ValidationPoint point = Validate(average, step, lossSum / lossCount, featureMean, featureDeviation);
                double rate = lossCount * options.Batch / sinceReport.Elapsed.TotalSeconds;
                report($"step {step,6}  views {(long)step * options.Batch,8}  loss {point.Loss:F4}  R² {point.Explained:F4}  KL " +
                    $"{point.Divergence:F4}  top-1 {point.Agreement:P1}  {rate:F0} views/s  " +
                    $"{(options.Steps - step) * options.Batch / rate / 60:F0} min left");
                curve.Add(point);
                (lossSum, lossCount) = (0, 0);
                sinceReport.Restart();
            }

            if (sinceCheckpoint.Elapsed > CheckpointEvery)
            {
                checkpoint.Save(options, step);
                sinceCheckpoint.Restart();
            }
        }

        next.GetAwaiter().GetResult();
        checkpoint.Save(options, step);
        return curve;
    }

    private StudentNetwork Create() => new(StudentPlan.Parse(options.Plan), loader.Classes, loader.Features, options.Seed);

    // The next batches are read while the present ones are learned from.
    private Task<Batch[]> Load(int step) => Task.Run<Batch[]>(() =>
        [.. Enumerable.Range(0, options.Replicas)
            .Select(part => loader.Training(step * options.Replicas + part, options.Batch / options.Replicas))]);

    private Tensor Loss(StudentNetwork student, Batch batch, int size, Tensor mean, Tensor deviation)
    {
        StudentAnswer answer = student.forward(Pixels(batch, size));
        Tensor wanted = (tensor(batch.Features, batch.Count, loader.Features) - mean) / deviation;
        Tensor featureLoss = functional.mse_loss(answer.TeacherFeatures, wanted);
        Tensor classLoss = Divergence(
            tensor(batch.Logits, batch.Count, loader.Classes) / options.Temperature, answer.Logits / options.Temperature);
        return featureLoss + options.ClassWeight * classLoss;
    }

    private ValidationPoint Validate(StudentNetwork student, int step, double loss, Tensor mean, Tensor deviation)
    {
        const int Chunk = 64;
        using IDisposable still = no_grad();
        student.eval();
        double squares = 0, spread = 0, divergence = 0, agreed = 0;
        for (int start = 0; start < loader.ValidationViews; start += Chunk)
        {
            using IDisposable scope = NewDisposeScope();
            Batch batch = loader.Validation(start, Math.Min(Chunk, loader.ValidationViews - start));
            StudentAnswer answer = student.forward(Pixels(batch, options.Size));
            Tensor wanted = (tensor(batch.Features, batch.Count, loader.Features) - mean) / deviation;
            Tensor logits = tensor(batch.Logits, batch.Count, loader.Classes);
            squares += (answer.TeacherFeatures - wanted).square().sum().item<float>();
            spread += wanted.square().sum().item<float>();
            divergence += Divergence(logits, answer.Logits).item<float>() * batch.Count;
            agreed += answer.Logits.argmax(1).eq(logits.argmax(1)).sum().item<long>();
        }

        int count = Math.Max(1, loader.ValidationViews);
        return new(step, loss, 1 - squares / Math.Max(spread, 1e-9), divergence / count, agreed / count);
    }

    // Kullback-Leibler divergence of the student's class probabilities from the teacher's, the mean over the batch.
    private static Tensor Divergence(Tensor teacher, Tensor student) =>
        functional.kl_div(
            functional.log_softmax(student, 1), functional.softmax(teacher, 1), log_target: false,
            reduction: Reduction.Sum) / student.shape[0];

    // The bytes are N×H×W×3; permuting instead of copying leaves the channels last in memory, which libtorch's convolutions like.
    private Tensor Pixels(Batch batch, int size)
    {
        Tensor pixels = tensor(batch.Pixels, [batch.Count, batch.Side, batch.Side, 3]).permute(0, 3, 1, 2).to(ScalarType.Float32);
        if (batch.Side != size)
        {
            pixels = functional.interpolate(pixels, [size, size], mode: InterpolationMode.Bilinear, align_corners: false, antialias: true);
        }

        pixels = pixels / 127.5 - 1;
        return options.Brain16 ? pixels.to(ScalarType.BFloat16) : pixels;
    }

    private static void Average(StudentNetwork student, StudentNetwork average, double keep)
    {
        using IDisposable still = no_grad();
        foreach (((string name, Tensor now), Tensor kept) in student.state_dict().Zip(average.state_dict().Values))
        {
            if (now.is_floating_point())
            {
                kept.lerp_(now, tensor((float)(1 - keep)));
            }
            else
            {
                kept.copy_(now);
            }
        }
    }
}

/// <summary>One point of the validation curve, on views of photos that were not learned from.</summary>
/// <param name="Step">Steps taken.</param>
/// <param name="Loss">Mean training loss since the last point.</param>
/// <param name="Explained">Share of the variance of the teacher's features that the student explains (R²).</param>
/// <param name="Divergence">Kullback-Leibler divergence of class probabilities at temperature 1, in nats.</param>
/// <param name="Agreement">Share of views on which both name the same class.</param>
public sealed record ValidationPoint(int Step, double Loss, double Explained, double Divergence, double Agreement);
