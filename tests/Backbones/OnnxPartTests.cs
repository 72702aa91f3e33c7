using ClockFunctions.Core.Backbones.Onnx;

namespace ClockFunctions.Tests.Backbones;

public class OnnxPartTests
{
    [Fact]
    public void OnlyWhatATensorNeedsIsHeld()
    {
        OnnxGraphBuilder builder = new("graph");
        string features = builder.Node(
            "Add", ["image", builder.Initializer("needed", OnnxTensor.Float([1], 1))], output: "features");
        builder.Node("Mul", [features, builder.Initializer("idle", OnnxTensor.Float([1], 1))], output: "classes");

        Assert.Equal(["features", "needed"], Held(Graph(builder)));
    }

    [Fact]
    public void AroundAGraphWithinANodeEverythingIsHeld()
    {
        OnnxGraphBuilder builder = new("graph");
        builder.Node("Add", ["image", builder.Initializer("captured", OnnxTensor.Float([1], 1))], output: "features");
        builder.Initializer("idle", OnnxTensor.Float([1], 1));
        ProtobufWriter branch = new();
        branch.Message(OnnxReader.Node, node =>
        {
            node.Text(1, "condition");
            node.Text(2, "either");
            node.Text(4, "If");
            node.Message(5, attribute => attribute.Message(6, inner => inner.Text(2, "then"))); // may use any tensor around it
        });

        Assert.Equal(["features", "captured", "idle", "either"], Held((byte[])[.. Graph(builder), .. branch.Written]));
    }

    private static byte[] Graph(OnnxGraphBuilder builder) => ProtobufReader.Message(builder.Build(), OnnxReader.Graph).ToArray();

    /// <summary>Outputs of the nodes and names of the weights that features need.</summary>
    private static IEnumerable<string> Held(byte[] graph)
    {
        OnnxPart part = new(graph, ["features"]);
        return ProtobufReader.Fields(graph).Where(part.Holds).Where(field => field.Number is OnnxReader.Node or OnnxReader.Initializer)
            .Select(field => field.Number == OnnxReader.Node
                ? OnnxReader.ReadNode(field.Bytes).Outputs[0] : ProtobufReader.Text(field.Bytes, 8));
    }
}
