namespace ClockFunctions.Core.Backbones.Onnx;

/// <summary>One operation of a graph. An optional input that is left out has an empty name.</summary>
public sealed record OnnxNode(string Operation, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs);
