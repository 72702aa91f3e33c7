namespace ClockFunctions.Core.Backbones.Onnx;

/// <summary>Makes a changed copy of an ONNX file, field by field: weights pass through untouched.</summary>
internal static class OnnxEdit
{
    /// <summary>Before this version of the format, initialisers must be listed among the inputs; from it on they need not.</summary>
    private const int WithoutWeightsAsInputs = 4;

    /// <summary>An empty graph to be put before or after that of a file of some format version.</summary>
    public static OnnxGraphBuilder Addition(string name, int irVersion) =>
        new(name) { InitializersAreInputs = irVersion < WithoutWeightsAsInputs };

    /// <summary>
    /// The file with more tensors among its outputs. Protobuf merges what is appended into the graph,
    /// and ONNX Runtime infers the types.
    /// </summary>
    /// <returns>Pieces to write one after another.</returns>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Expose(ReadOnlyMemory<byte> file, IEnumerable<string> tensors)
    {
        ProtobufWriter model = new();
        model.Message(OnnxReader.Graph, graph => graph.Messages(OnnxReader.GraphOutput, tensors, (output, name) => output.Text(1, name)));
        return [file, model.Written.ToArray()];
    }

    /// <summary>
    /// The file with operations put before and after its own, and the outputs that were added in place of its own.
    /// Initialisers are no longer listed among the inputs: formats since 4 would keep them replaceable,
    /// and ONNX Runtime could not fold a batch norm into its convolution. Format 3 demands the list.
    /// </summary>
    /// <param name="file">The file's content.</param>
    /// <param name="outline">What <see cref="OnnxReader"/> found in it.</param>
    /// <param name="before">Operations that the file's own depend on; an input that one of them computes is no input any more.</param>
    /// <param name="after">Operations that depend on the file's own, and the outputs.</param>
    /// <returns>Pieces to write one after another.</returns>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Rewrite(
        ReadOnlyMemory<byte> file, OnnxModel outline, OnnxGraphBuilder before, OnnxGraphBuilder after)
    {
        HashSet<string> noInputs = [.. outline.IrVersion >= WithoutWeightsAsInputs ? outline.Initializers.Keys : [], .. before.Computed];
        ReadOnlyMemory<byte>[] graph =
        [
            Content(before),
            .. ProtobufReader.Fields(ProtobufReader.Message(file, OnnxReader.Graph)).Where(field => Stays(field, noInputs))
                .Select(field => field.Raw),
            Content(after),
        ];
        ProtobufWriter header = new();
        header.Header(OnnxReader.Graph, graph.Sum(piece => (long)piece.Length));
        return
        [
            .. ProtobufReader.Fields(file).Where(field => field.Number != OnnxReader.Graph).Select(field => field.Raw),
            header.Written.ToArray(),
            .. graph,
        ];
    }

    /// <summary>
    /// As <see cref="Rewrite"/>, with only those of the file's own operations and weights that what comes after needs, with metadata, and
    /// in a format in which weights are no inputs.
    /// </summary>
    /// <param name="file">The file's content.</param>
    /// <param name="before">Operations that the file's own depend on, and the inputs.</param>
    /// <param name="after">Operations that depend on the file's own, and the outputs.</param>
    /// <param name="tensors">The file's own tensors that <paramref name="after"/> takes.</param>
    /// <param name="metadata">What readers shall see; other entries of the file stay.</param>
    /// <returns>Pieces to write one after another.</returns>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Excerpt(
        ReadOnlyMemory<byte> file, OnnxGraphBuilder before, OnnxGraphBuilder after, IReadOnlyList<string> tensors,
        IReadOnlyDictionary<string, string> metadata)
    {
        ReadOnlyMemory<byte> content = ProtobufReader.Message(file, OnnxReader.Graph);
        OnnxPart part = new(content, tensors);
        ReadOnlyMemory<byte>[] graph =
        [
            Content(before),
            .. ProtobufReader.Fields(content)
                .Where(field => field.Number is not (OnnxReader.GraphInput or OnnxReader.GraphOutput) && part.Holds(field))
                .Select(field => field.Raw),
            Content(after),
        ];
        ProtobufWriter header = new();
        header.Int64(OnnxReader.IrVersion, Math.Max(WithoutWeightsAsInputs, OnnxReader.Read(file).IrVersion));
        header.Messages(OnnxReader.Metadata, metadata, (entry, pair) =>
        {
            entry.Text(1, pair.Key);
            entry.Text(2, pair.Value);
        });
        header.Header(OnnxReader.Graph, graph.Sum(piece => (long)piece.Length));
        return
        [
            .. ProtobufReader.Fields(file).Where(field => field.Number switch
            {
                OnnxReader.Graph or OnnxReader.IrVersion => false,
                OnnxReader.Metadata => !metadata.ContainsKey(ProtobufReader.Text(field.Bytes, 1)),
                _ => true,
            }).Select(field => field.Raw),
            header.Written.ToArray(),
            .. graph,
        ];
    }

    private static ReadOnlyMemory<byte> Content(OnnxGraphBuilder graph)
    {
        ProtobufWriter writer = new();
        graph.WriteGraph(writer);
        return writer.Written.ToArray();
    }

    private static bool Stays(ProtobufField field, HashSet<string> noInputs) => field.Number switch
    {
        OnnxReader.GraphOutput => false,
        OnnxReader.GraphInput => !noInputs.Contains(ProtobufReader.Text(field.Bytes, 1)),
        _ => true,
    };
}
