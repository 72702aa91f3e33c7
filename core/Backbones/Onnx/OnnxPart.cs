namespace ClockFunctions.Core.Backbones.Onnx;

/// <summary>What of a file's graph some of its tensors need: for a copy without the layers that nobody asks for.</summary>
internal sealed class OnnxPart
{
    private const int Attribute = 5;
    private const int AttributeGraph = 6;
    private const int AttributeGraphs = 11;

    private readonly HashSet<string> _needed;
    private readonly bool _whole;

    /// <param name="graph">The content of the graph.</param>
    /// <param name="tensors">What is asked for.</param>
    public OnnxPart(ReadOnlyMemory<byte> graph, IEnumerable<string> tensors)
    {
        ReadOnlyMemory<byte>[] nodes = [
            .. ProtobufReader.Fields(graph).Where(field => field.Number == OnnxReader.Node).Select(field => field.Bytes)];
        // A graph within a node may use any tensor around it, without naming it among the node's inputs.
        _whole = nodes.Any(node => ProtobufReader.Fields(node).Any(field => field.Number == Attribute
            && ProtobufReader.Fields(field.Bytes).Any(part => part.Number is AttributeGraph or AttributeGraphs)));
        _needed = [.. tensors];

        // Nodes come in an order in which every input exists, so that one walk from the end finds all.
        foreach (OnnxNode node in nodes.Select(OnnxReader.ReadNode).Reverse())
        {
            if (node.Outputs.Any(_needed.Contains))
            {
                _needed.UnionWith(node.Inputs);
            }
        }
    }

    /// <summary>Whether a field of the graph is needed: a node, a weight, what is said about a tensor, or anything else.</summary>
    public bool Holds(ProtobufField field) => _whole || field.Number switch
    {
        OnnxReader.Node => OnnxReader.ReadNode(field.Bytes).Outputs.Any(_needed.Contains),
        OnnxReader.Initializer => _needed.Contains(ProtobufReader.Text(field.Bytes, 8)),
        OnnxReader.ValueInfo => _needed.Contains(ProtobufReader.Text(field.Bytes, 1)),
        _ => true,
    };
}
