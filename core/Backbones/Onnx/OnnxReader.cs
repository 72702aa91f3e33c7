namespace ClockFunctions.Core.Backbones.Onnx;

/// <summary>Reads the outline of a serialised <c>ModelProto</c>. The numbers are those of the fields in onnx.proto3.</summary>
public static class OnnxReader
{
    internal const int IrVersion = 1;
    internal const int Graph = 7;
    internal const int Metadata = 14;
    internal const int Node = 1;
    internal const int Initializer = 5;
    internal const int GraphInput = 11;
    internal const int GraphOutput = 12;
    internal const int ValueInfo = 13;

    /// <exception cref="InvalidDataException">The bytes are no ONNX model.</exception>
    public static OnnxModel Read(ReadOnlyMemory<byte> file)
    {
        (int irVersion, int opset) = (0, 0);
        Dictionary<string, string> metadata = new(StringComparer.OrdinalIgnoreCase);
        foreach (ProtobufField field in ProtobufReader.Fields(file))
        {
            switch (field.Number)
            {
                case IrVersion:
                    irVersion = (int)field.Int64;
                    break;
                case 8:
                    opset = Math.Max(opset, ReadOpset(field.Bytes));
                    break;
                case Metadata:
                    metadata[ProtobufReader.Text(field.Bytes, 1)] = ProtobufReader.Text(field.Bytes, 2);
                    break;
            }
        }

        OnnxModel model = ReadGraph(ProtobufReader.Message(file, Graph), irVersion, opset) with { Metadata = metadata };
        return irVersion > 0 && model.Nodes.Count > 0
            ? model
            : throw new InvalidDataException("There is no graph with operations in it.");
    }

    private static OnnxModel ReadGraph(ReadOnlyMemory<byte> message, int irVersion, int opset)
    {
        List<OnnxNode> nodes = [];
        List<OnnxValue> inputs = [];
        List<OnnxValue> outputs = [];
        Dictionary<string, OnnxInitializer> initializers = [];
        foreach (ProtobufField field in ProtobufReader.Fields(message))
        {
            switch (field.Number)
            {
                case Node:
                    nodes.Add(ReadNode(field.Bytes));
                    break;
                case Initializer:
                    OnnxInitializer tensor = ReadInitializer(field.Bytes);
                    initializers[tensor.Name] = tensor;
                    break;
                case GraphInput:
                    inputs.Add(ReadValue(field.Bytes));
                    break;
                case GraphOutput:
                    outputs.Add(ReadValue(field.Bytes));
                    break;
            }
        }

        inputs.RemoveAll(input => initializers.ContainsKey(input.Name));
        return new(irVersion, opset, inputs, outputs, nodes, initializers);
    }

    /// <summary>The version of the default operator set; 0 for other sets.</summary>
    private static int ReadOpset(ReadOnlyMemory<byte> message)
    {
        string domain = ProtobufReader.Text(message, 1);
        return domain is "" or "ai.onnx" ? (int)ProtobufReader.Fields(message).FirstOrDefault(field => field.Number == 2).Int64 : 0;
    }

    internal static OnnxNode ReadNode(ReadOnlyMemory<byte> message)
    {
        ILookup<int, ProtobufField> fields = ProtobufReader.Fields(message).ToLookup(field => field.Number);
        return new(
            ProtobufReader.Text(message, 4),
            [.. fields[1].Select(field => field.Text)],
            [.. fields[2].Select(field => field.Text)]);
    }

    private static OnnxInitializer ReadInitializer(ReadOnlyMemory<byte> message)
    {
        const int Location = 14;
        ILookup<int, ProtobufField> fields = ProtobufReader.Fields(message).ToLookup(field => field.Number);
        string external = fields[13].FirstOrDefault(entry => ProtobufReader.Text(entry.Bytes, 1) == "location") is { Number: 13 } found
            ? ProtobufReader.Text(found.Bytes, 2)
            : "another file";
        return new(
            ProtobufReader.Text(message, 8),
            (OnnxType)fields[2].LastOrDefault().Int64,
            [.. fields[1].SelectMany(field => field.Numbers)],
            fields[Location].Any(field => field.Int64 == 1) ? external : null);
    }

    private static OnnxValue ReadValue(ReadOnlyMemory<byte> message)
    {
        ReadOnlyMemory<byte> tensor = ProtobufReader.Message(ProtobufReader.Message(message, 2), 1);
        ILookup<int, ProtobufField> fields = ProtobufReader.Fields(tensor).ToLookup(field => field.Number);
        IReadOnlyList<OnnxDimension>? shape = fields.Contains(2)
            ? [.. ProtobufReader.Fields(fields[2].Last().Bytes).Where(field => field.Number == 1).Select(ReadDimension)]
            : null;
        return new(ProtobufReader.Text(message, 1), (OnnxType)fields[1].LastOrDefault().Int64, shape);
    }

    /// <summary>A size, or a symbol, which may be empty: both mean that any size goes.</summary>
    private static OnnxDimension ReadDimension(ProtobufField dimension) =>
        ProtobufReader.Fields(dimension.Bytes).FirstOrDefault() is { Number: 1, Int64: > 0 and var size }
        ? size : ProtobufReader.Text(dimension.Bytes, 2);
}
