using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Reports;

namespace ClockFunctions.Core.Training;

/// <summary>What a recipe makes of the training images, before anybody measured it.</summary>
/// <param name="Recipe"><c>default</c> or <c>notebook</c>.</param>
/// <param name="Options">Every hyper-parameter it ran with, for the record.</param>
/// <param name="Weight">F float32, for raw features: standardisation and calibration are folded in.</param>
/// <param name="Bias">Likewise.</param>
/// <param name="Calibration">What was folded in.</param>
/// <param name="Threshold">0–1.</param>
/// <param name="ThresholdChoice">How it was chosen, in words.</param>
/// <param name="History">Loss by epoch; may be empty.</param>
internal sealed record FittedHead(
    string Recipe,
    IReadOnlyDictionary<string, string> Options,
    float[] Weight,
    float Bias,
    PlattScaling Calibration,
    double Threshold,
    string ThresholdChoice,
    IReadOnlyList<EpochLoss> History)
{
    /// <summary>What the network knew before, and how much of it is in the weight; null where it was not asked.</summary>
    public HeadPrior? Prior { get; init; }
}
