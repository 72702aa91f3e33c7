namespace ClockFunctions.Core.Backbones.Onnx;

/// <summary>
/// Collects a graph and serialises it as an ONNX model. Covers what backbones need, and what tests
/// need to imitate other exporters: no subgraphs, functions or sparse tensors.
/// </summary>
/// <remarks>Nodes must be added in an order in which every input exists, as ONNX demands; nothing is checked here.</remarks>
public sealed class OnnxGraphBuilder(string name)
{
    private readonly List<OnnxValue> _inputs = [];
    private readonly List<OnnxValue> _outputs = [];
    private readonly List<(OnnxNode Node, IReadOnlyList<OnnxAttribute> Attributes)> _nodes = [];
    private readonly List<KeyValuePair<string, OnnxTensor>> _initializers = [];
    private readonly Dictionary<string, string> _metadata = [];
    private int _names;

    /// <summary>Version of the operator set. Default 17.</summary>
    public int Opset { get; init; } = 17;

    /// <summary>Version of the file format. Default 8, the one that came with opset 17.</summary>
    public int IrVersion { get; init; } = 8;

    /// <summary>Whether initialisers are also graph inputs, as format versions below 4 demand. Default no.</summary>
    public bool InitializersAreInputs { get; init; }

    /// <summary>Declares an input; a symbolic dimension is a name, for example <c>"N"</c>.</summary>
    public string Input(string input, OnnxType type, params OnnxDimension[] shape)
    {
        _inputs.Add(new(input, type, shape));
        return input;
    }

    /// <summary>Declares that a value is an output of the graph.</summary>
    public void Output(string output, OnnxType type, params OnnxDimension[] shape) => _outputs.Add(new(output, type, shape));

    public string Initializer(string initializer, OnnxTensor tensor)
    {
        _initializers.Add(new(initializer, tensor));
        return initializer;
    }

    /// <summary>Adds a node with one output, whose name is returned; a name is made up when none is given.</summary>
    public string Node(
        string operation, IReadOnlyList<string> inputs, IReadOnlyList<OnnxAttribute>? attributes = null, string? output = null)
    {
        output ??= $"{operation}_{_names++}";
        _nodes.Add((new(operation, inputs, [output]), attributes ?? []));
        return output;
    }

    /// <summary>Names of the values that the added nodes compute.</summary>
    internal IEnumerable<string> Computed => _nodes.SelectMany(step => step.Node.Outputs);

    /// <summary>Adds a key and value that readers of the file can see.</summary>
    public void Metadata(string key, string value) => _metadata[key] = value;

    /// <summary>The serialised <c>ModelProto</c>: the content of an .onnx file.</summary>
    public byte[] Build()
    {
        ProtobufWriter model = new();
        model.Int64(1, IrVersion);
        model.Text(2, "ClockFunctions");
        model.Message(7, graph =>
        {
            graph.Text(2, name);
            WriteGraph(graph);
        });
        model.Message(8, opset => opset.Int64(2, Opset));
        model.Messages(14, _metadata, (entry, pair) =>
        {
            entry.Text(1, pair.Key);
            entry.Text(2, pair.Value);
        });
        return model.Written.ToArray();
    }

    /// <summary>Writes the content of the graph without its name, so that it can also be merged into another graph.</summary>
    internal void WriteGraph(ProtobufWriter graph)
    {
        graph.Messages(1, _nodes, WriteNode);
        graph.Messages(5, _initializers, (tensor, pair) => WriteTensor(tensor, pair.Value, pair.Key));
        graph.Messages(11, _inputs, WriteValue);
        if (InitializersAreInputs)
        {
            graph.Messages(11, _initializers, (value, pair) =>
                WriteValue(value, new(pair.Key, pair.Value.Type, [.. pair.Value.Shape.Select(size => (OnnxDimension)size)])));
        }

        graph.Messages(12, _outputs, WriteValue);
    }

    private static void WriteNode(ProtobufWriter writer, (OnnxNode Node, IReadOnlyList<OnnxAttribute> Attributes) step)
    {
        foreach (string input in step.Node.Inputs)
        {
            writer.Text(1, input);
        }

        foreach (string output in step.Node.Outputs)
        {
            writer.Text(2, output);
        }

        writer.Text(3, step.Node.Outputs[0]);
        writer.Text(4, step.Node.Operation);
        writer.Messages(5, step.Attributes, WriteAttribute);
    }

    // The last number of each case is AttributeProto.AttributeType.
    private static void WriteAttribute(ProtobufWriter writer, OnnxAttribute attribute)
    {
        const int Type = 20;
        writer.Text(1, attribute.Name);
        switch (attribute.Value)
        {
            case float value:
                writer.Float(2, value);
                writer.Int64(Type, 1);
                break;
            case long value:
                writer.Int64(3, value);
                writer.Int64(Type, 2);
                break;
            case string value:
                writer.Text(4, value);
                writer.Int64(Type, 3);
                break;
            case OnnxTensor value:
                writer.Message(5, tensor => WriteTensor(tensor, value, attribute.Name));
                writer.Int64(Type, 4);
                break;
            case float[] values:
                Array.ForEach(values, value => writer.Float(7, value));
                writer.Int64(Type, 6);
                break;
            case long[] values:
                Array.ForEach(values, value => writer.Int64(8, value));
                writer.Int64(Type, 7);
                break;
        }
    }

    private static void WriteTensor(ProtobufWriter writer, OnnxTensor tensor, string tensorName)
    {
        foreach (long size in tensor.Shape)
        {
            writer.Int64(1, size);
        }

        writer.Int64(2, (int)tensor.Type);
        writer.Text(8, tensorName);
        if (tensor.ExternalFile is null)
        {
            writer.Bytes(9, tensor.Data.Span);
            return;
        }

        const int External = 1;
        writer.Message(13, entry =>
        {
            entry.Text(1, "location");
            entry.Text(2, tensor.ExternalFile);
        });
        writer.Int64(14, External);
    }

    private static void WriteValue(ProtobufWriter writer, OnnxValue value)
    {
        writer.Text(1, value.Name);
        writer.Message(2, type => type.Message(1, tensor =>
        {
            tensor.Int64(1, (int)value.Type);
            tensor.Message(2, shape => shape.Messages(1, value.Shape ?? [], (dimension, size) =>
            {
                if (size.Symbol is null)
                {
                    dimension.Int64(1, size.Size);
                }
                else
                {
                    dimension.Text(2, size.Symbol);
                }
            }));
        }));
    }
}
