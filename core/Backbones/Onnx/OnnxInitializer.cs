namespace ClockFunctions.Core.Backbones.Onnx;

/// <summary>
/// A weight of a graph, without its elements. <see cref="ExternalFile"/> names the file that holds them, if another does.
/// </summary>
public sealed record OnnxInitializer(string Name, OnnxType Type, IReadOnlyList<long> Shape, string? ExternalFile);
