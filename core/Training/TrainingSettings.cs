using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Training.Novelty;

namespace ClockFunctions.Core.Training;

/// <summary>What a training is to make.</summary>
/// <param name="Target">The label that is the target.</param>
/// <param name="Backbone">The network whose features these are.</param>
/// <param name="Pipeline">How images became its input.</param>
/// <param name="Options">How to train.</param>
public sealed record TrainingSettings(string Target, BackboneSpec Backbone, Pipeline Pipeline, TrainingOptions Options)
{
    /// <summary>What the network itself knows about the target; null where it has no classes, and then the head is learned alone.</summary>
    public NetworkPrior? Prior { get; init; }

    /// <summary>What its sense of novelty is judged on; null (default) where nobody made any: then the head has none.</summary>
    public NoveltyProbes? Probes { get; init; }

    /// <summary>What the features cost; null when nobody measured it.</summary>
    public ExtractionCost? Extraction { get; init; }
}

/// <summary>Processor time of turning images into features.</summary>
/// <param name="CpuSecondsPerView">Decoding, preprocessing and backbone of one view, summed over cores.</param>
/// <param name="Views">Views that this training had computed; 0 when all came from the cache.</param>
public sealed record ExtractionCost(double CpuSecondsPerView, int Views);
