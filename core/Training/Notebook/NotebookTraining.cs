using System.Diagnostics;
using System.Globalization;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Reports;
using ClockFunctions.Core.Training.Features;
using ClockFunctions.Core.Training.Folders;
using TorchSharp;
using static TorchSharp.torch;

namespace ClockFunctions.Core.Training.Notebook;

/// <summary>
/// Recipe <c>notebook</c>, the case study's to the letter: every epoch draws as many images as there are, both classes
/// equally often, sends a new augmented view of each through the backbone, and takes a step of Adam a mini-batch.
/// </summary>
public static class NotebookTraining
{
    public const string Name = "notebook";

    /// <param name="folder">The images, their files and their clean features.</param>
    /// <param name="extractor">The same that made the features; its backbone should run on one thread.</param>
    /// <param name="settings">What to make; of its options only the gate's tolerance and the minimum of images count.</param>
    /// <param name="options">How.</param>
    /// <param name="baseline">The head to compare with; null for none.</param>
    /// <param name="time">Gives the version its time.</param>
    /// <param name="progress">Told after every <see cref="NotebookOptions.LogInterval"/> epochs, the first and the last.</param>
    /// <param name="cancellation">Stops it early: what was learned so far is measured and returned.</param>
    /// <exception cref="TrainingNotReadyException">There are too few images.</exception>
    /// <exception cref="OperationCanceledException">It was stopped before the first step.</exception>
    public static TrainingResult Run(
        FolderFeatures folder, FeatureExtractor extractor, TrainingSettings settings, NotebookOptions options,
        IHead? baseline, TimeProvider time, IProgress<NotebookProgress>? progress, CancellationToken cancellation)
    {
        settings = settings with
        {
            Options = settings.Options with { Split = "random", ValidationFraction = options.ValidationFraction, Seed = options.Seed },
        };
        TrainingSet set = folder.Set;
        if (TrainingReadiness.LacksToValidate(set.Images, settings.Target, settings.Options) is { } lack)
        {
            throw new TrainingNotReadyException(lack);
        }

        bool[] validation = Split.Random(set.Count, options.ValidationFraction, options.Seed);
        int[] train = [.. Enumerable.Range(0, set.Count).Where(i => !validation[i])];
        int[] held = [.. Enumerable.Range(0, set.Count).Where(i => validation[i])];

        TimeSpan before = Environment.CpuUsage.TotalTime;
        FittedHead fitted = Fit(folder, train, held, extractor, settings.Target, options, progress, cancellation);
        double cpuSeconds = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        string how = fitted.History.Count == options.Epochs
            ? "measured, views and backbone included"
            : $"measured until it was stopped, after {fitted.History.Count} of {options.Epochs} epochs";
        JudgedImages judged = JudgedImages.HeldOut(fitted, set, validation, settings.Target);
        settings = settings with { Probes = FolderProbes.Of(folder, extractor, validation, CancellationToken.None) };
        return TrainingJudgement.Of(
            fitted, set, judged, settings, baseline, parentVersion: null, [new TrainingCost(Name, cpuSeconds, how)], time.GetUtcNow());
    }

    /// <summary>Trains on some images and watches the loss on others.</summary>
    /// <param name="folder">The images, their files and their clean features.</param>
    /// <param name="train">Indices of the images to train on, both classes among them.</param>
    /// <param name="held">Indices of the images to watch.</param>
    /// <param name="extractor">The same that made the features.</param>
    /// <param name="target">The label that is the target.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told of epochs.</param>
    /// <param name="cancellation">Stops it early.</param>
    internal static FittedHead Fit(
        FolderFeatures folder, int[] train, int[] held, FeatureExtractor extractor, string target, NotebookOptions options,
        IProgress<NotebookProgress>? progress, CancellationToken cancellation)
    {
        using DisposeScope scope = NewDisposeScope();
        using LinearLayer layer = new(folder.Set.FeatureWidth, options);
        Samples watched = new(folder, held, target);
        List<EpochLoss> history = Learn(layer, new Samples(folder, train, target), watched, extractor, options, progress, cancellation);
        return Finish(layer, folder.Set, watched, target, options, history);
    }

    private static List<EpochLoss> Learn(
        LinearLayer layer, Samples train, Samples held, FeatureExtractor extractor, NotebookOptions options,
        IProgress<NotebookProgress>? progress, CancellationToken cancellation)
    {
        BalancedSampler sampler = new(train.IsTarget, options.Seed);
        float[] heldFeatures = held.CleanFeatures();
        float[] heldTargets = [.. held.IsTarget.Select(isTarget => isTarget ? 1f : 0f)];
        List<EpochLoss> history = [];
        long start = Stopwatch.GetTimestamp();
        for (int epoch = 1; epoch <= options.Epochs; epoch++)
        {
            int[] drawn = sampler.Draw();
            double loss = 0;
            int seen = 0;
            // The backbone is frozen, so the views of a chunk can go through it together, ahead of the steps.
            foreach (int[] batch in drawn.Chunk(options.BatchSize))
            {
                if (cancellation.IsCancellationRequested)
                {
                    break;
                }

                int firstView = 1 + ((epoch - 1) * drawn.Length) + seen;
                float[] features = train.ViewFeatures(batch, firstView, extractor, options);
                loss += layer.Step(features, [.. batch.Select(i => train.IsTarget[i] ? 1f : 0f)]) * batch.Length;
                seen += batch.Length;
            }

            if (seen == 0)
            {
                break;
            }

            history.Add(new EpochLoss(epoch, loss / seen, layer.Measure(heldFeatures, heldTargets)));
            if (cancellation.IsCancellationRequested)
            {
                break;
            }

            if (epoch == 1 || epoch % options.LogInterval == 0 || epoch == options.Epochs)
            {
                TimeSpan remaining = Stopwatch.GetElapsedTime(start) / epoch * (options.Epochs - epoch);
                progress?.Report(new NotebookProgress(epoch, options.Epochs, history[^1].Train, history[^1].Validation!.Value, remaining));
            }
        }

        if (history.Count == 0)
        {
            throw new OperationCanceledException("Training was stopped before its first step.", cancellation);
        }

        return history;
    }

    private static FittedHead Finish(
        LinearLayer layer, TrainingSet set, Samples held, string target, NotebookOptions options, List<EpochLoss> history)
    {
        float[] weight = layer.Weight;
        (double threshold, string choice) = (0.5, "0.5, as in the case study");
        if (options.Aim is { } aim)
        {
            ScoredImage[] scored = set.Score(new LearnedHead(weight, layer.Bias, 0.5), target, held.Indices);
            (threshold, string description) = ThresholdChoice.Choose(scored, aim);
            choice = $"{description} on the validation images themselves";
        }

        return new FittedHead(Name, Record(options, history.Count), weight, layer.Bias, new PlattScaling(1, 0), threshold, choice, history);
    }

    private static Dictionary<string, string> Record(NotebookOptions options, int epochsDone) => new()
    {
        ["epochs"] = options.Epochs.ToString(CultureInfo.InvariantCulture),
        ["epochsDone"] = epochsDone.ToString(CultureInfo.InvariantCulture),
        ["optimizer"] = "Adam",
        ["learningRate"] = options.LearningRate.ToString(CultureInfo.InvariantCulture),
        ["weightDecay"] = options.WeightDecay.ToString(CultureInfo.InvariantCulture),
        ["batchSize"] = options.BatchSize.ToString(CultureInfo.InvariantCulture),
        ["sampler"] = "balanced, with replacement",
        ["split"] = "random",
        ["validationFraction"] = options.ValidationFraction.ToString(CultureInfo.InvariantCulture),
        ["aim"] = options.Aim ?? "none",
    };

    /// <summary>One side of the split.</summary>
    private sealed class Samples(FolderFeatures folder, int[] indices, string target)
    {
        public int[] Indices => indices;

        public bool[] IsTarget { get; } = [.. indices.Select(i => folder.Set.Images[i].Label == target)];

        /// <summary>N×F float32: the clean views, which the folder already has.</summary>
        public float[] CleanFeatures()
        {
            int width = folder.Set.FeatureWidth;
            float[] features = new float[indices.Length * width];
            for (int i = 0; i < indices.Length; i++)
            {
                HalfRow.Read(folder.Set.Features(indices[i], view: 0), features.AsSpan(i * width));
            }

            return features;
        }

        /// <summary>N×F float32: a new view of each image of a batch through the backbone, images in parallel.</summary>
        public float[] ViewFeatures(int[] batch, int firstView, FeatureExtractor extractor, NotebookOptions options)
        {
            int width = folder.Set.FeatureWidth;
            float[] features = new float[batch.Length * width];
            Parallel.For(0, batch.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
            {
                FolderImage image = folder.Folder.Images[indices[batch[i]]];
                BackboneOutput output = extractor.ExtractViews(
                    File.ReadAllBytes(image.File), image.Image.ContentHash, firstView + i, views: 1, options.Seed, options.Augmentation);
                output.Features.CopyTo(features, i * width);
            });
            return features;
        }
    }
}
