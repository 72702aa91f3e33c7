namespace ClockFunctions.Core.Backbones.Onnx;

/// <summary>An input or output of a graph. A shape that the file does not state is null.</summary>
public sealed record OnnxValue(string Name, OnnxType Type, IReadOnlyList<OnnxDimension>? Shape);
