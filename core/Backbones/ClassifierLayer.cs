namespace ClockFunctions.Core.Backbones;

/// <summary>
/// The last fully connected layer of a backbone, whose class scores are a linear function of some of the features: where
/// <see cref="NetworkPrior"/> finds what the network knows about the target.
/// </summary>
/// <param name="Weight">Name of its weight in the ONNX file, C×F, F×C or C×F×1×1; it need not be stored as float32.</param>
/// <param name="FirstFeature">Index of the first feature that it reads; the others follow. Default 0.</param>
/// <param name="ClassesFirst">Whether the weight has a class a row: C×F. Default yes.</param>
public sealed record ClassifierLayer(string Weight, int FirstFeature = 0, bool ClassesFirst = true);
