namespace ClockFunctions.Core.Backbones.Onnx;

/// <summary>The outline of an ONNX file: what goes in and out, the operations, and the weights' shapes without their elements.</summary>
/// <param name="IrVersion">Version of the file format.</param>
/// <param name="Opset">Version of the default operator set.</param>
/// <param name="Inputs">Graph inputs, without the initialisers that old files list among them.</param>
/// <param name="Outputs">Graph outputs.</param>
/// <param name="Nodes">Operations in the order of the file.</param>
/// <param name="Initializers">Weights by name.</param>
public sealed record OnnxModel(
    int IrVersion,
    int Opset,
    IReadOnlyList<OnnxValue> Inputs,
    IReadOnlyList<OnnxValue> Outputs,
    IReadOnlyList<OnnxNode> Nodes,
    IReadOnlyDictionary<string, OnnxInitializer> Initializers)
{
    /// <summary>What the exporter noted for readers; keys in any case.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}
