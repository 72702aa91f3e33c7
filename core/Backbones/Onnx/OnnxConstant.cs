using Microsoft.ML.OnnxRuntime;

namespace ClockFunctions.Core.Backbones.Onnx;

/// <summary>
/// Computes one tensor of a file that does not depend on its input: a weight, whether it is stored as float32 or made of
/// integers and scales. Only the operations that lead to it are run.
/// </summary>
internal static class OnnxConstant
{
    private const string Result = "clocks_constant";

    /// <summary>Format version that wants no initialisers among the inputs and reads every operator set.</summary>
    private const int IrVersion = 8;

    private const int OpsetImport = 8;
    private const int Node = 1;
    private const int Initializer = 5;

    /// <param name="file">The ONNX file's content.</param>
    /// <param name="tensor">Name of the tensor.</param>
    /// <returns>Its elements in row-major order as float32, and its shape.</returns>
    /// <exception cref="InvalidDataException">The file is no ONNX model.</exception>
    /// <exception cref="OnnxRuntimeException">There is no such tensor, or it depends on the input.</exception>
    public static (float[] Values, long[] Shape) Read(ReadOnlyMemory<byte> file, string tensor)
    {
        using SessionOptions options = new BackboneOptions { IntraOpThreads = 1 }.ToSession();
        using InferenceSession session = new(Extract(file, tensor), options);
        using RunOptions run = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, [], [], [Result]);
        return (outputs[0].GetTensorDataAsSpan<float>().ToArray(), outputs[0].GetTensorTypeAndShape().Shape);
    }

    /// <summary>A model without inputs that gives the tensor.</summary>
    private static byte[] Extract(ReadOnlyMemory<byte> file, string tensor)
    {
        ProtobufField[] graph = [.. ProtobufReader.Fields(ProtobufReader.Message(file, OnnxReader.Graph))];
        HashSet<string> needed = [tensor];
        HashSet<int> kept = [];
        // A node comes after those that it depends on, so one walk from the end finds them all.
        for (int i = graph.Length - 1; i >= 0; i--)
        {
            if (graph[i].Number == Node && Texts(graph[i], 2).Any(needed.Contains))
            {
                needed.UnionWith(Texts(graph[i], 1));
                kept.Add(i);
            }
        }

        kept.UnionWith(Enumerable.Range(0, graph.Length)
            .Where(i => graph[i].Number == Initializer && needed.Contains(ProtobufReader.Text(graph[i].Bytes, 8))));
        OnnxGraphBuilder cast = new("constant");
        cast.Node("Cast", [tensor], [OnnxAttribute.Of("to", (long)OnnxType.Float)], Result);

        ProtobufWriter model = new();
        model.Int64(1, IrVersion);
        foreach (ProtobufField opset in ProtobufReader.Fields(file).Where(field => field.Number == OpsetImport))
        {
            model.Bytes(OpsetImport, opset.Bytes.Span);
        }

        model.Message(OnnxReader.Graph, writer =>
        {
            writer.Text(2, "constant");
            foreach (int i in kept.Order())
            {
                writer.Bytes(graph[i].Number, graph[i].Bytes.Span);
            }

            cast.WriteGraph(writer);
            writer.Message(OnnxReader.GraphOutput, output => output.Text(1, Result));
        });
        return model.Written.ToArray();
    }

    private static IEnumerable<string> Texts(ProtobufField message, int number) =>
        ProtobufReader.Fields(message.Bytes).Where(field => field.Number == number).Select(field => field.Text);
}
