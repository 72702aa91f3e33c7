using ClockFunctions.Core.Backbones.Onnx;

namespace ClockFunctions.Core.Backbones.Import;

/// <summary>
/// The operations that make a network's tensors what a spec promises: float32, N×C classes, N×F features and an
/// N×F×h×w feature map. A tensor that is so already becomes an output under its own name.
/// </summary>
/// <param name="seen">What the tensors looked like for one image.</param>
/// <param name="irVersion">Of the model's file.</param>
internal sealed class OutputWiring(IReadOnlyDictionary<string, ProbeTensor> seen, int irVersion)
{
    // Rounding of float16 sums over a map of some hundred pixels.
    private const float MeanTolerance = 0.01f;

    /// <summary>What to append to the model.</summary>
    public OnnxGraphBuilder Graph { get; } = OnnxEdit.Addition("outputs", irVersion);

    /// <summary>Makes a tensor of N×C, however many dimensions of one it has besides, an output.</summary>
    /// <returns>The output's name.</returns>
    public string Rows(string role, string tensor)
    {
        ProbeTensor found = Seen(tensor);
        string rows = Float(role, tensor);
        if (found.Shape.Length != 2)
        {
            // A tensor without a batch dimension gets one: flattened at axis 0 it is 1×C.
            rows = Node("Flatten", role, rows, OnnxAttribute.Of("axis", Math.Min(found.Shape.Length - 1L, 1)));
        }

        return Output(rows, "N", found.Values.Length);
    }

    /// <summary>Makes the features and, if they are the mean of one, the feature map outputs.</summary>
    public (string Features, int Width, string? Map) Features(ClassifierAnatomy anatomy)
    {
        ProbeTensor features = Seen(anatomy.FeaturesTensor);
        if (features.IsMap)
        {
            // The last layer is a convolution over the map: its channels' means are what a linear head can use.
            bool channelsLast = ChannelsLast(features, anatomy.FeatureWidth ?? features.Shape[1]);
            int channels = (int)features.Shape[channelsLast ? 3 : 1];
            string map = Map(anatomy.FeaturesTensor, channelsLast);
            string mean = Node("Flatten", "features", Node("GlobalAveragePool", "pooled", map), OnnxAttribute.Of("axis", 1L));
            return (Output(mean, "N", channels), channels, map);
        }

        if (features.IsSequence)
        {
            // The vector of the class token, in which a transformer gathers what the whole image shows.
            string first = Graph.Initializer("clocks_first", OnnxTensor.Int64([0]));
            string token = Graph.Node(
                "Gather", [Float("features", anatomy.FeaturesTensor), first], [OnnxAttribute.Of("axis", 1L)], "clocks_features");
            return (Output(token, "N", features.Shape[2]), (int)features.Shape[2], null);
        }

        int width = features.Values.Length;
        return (Rows("features", anatomy.FeaturesTensor), width, anatomy.MapTensor is { } pooled ? MapOf(features, pooled) : null);
    }

    private string? MapOf(ProbeTensor features, string pooled)
    {
        ProbeTensor map = Seen(pooled);
        if (!map.IsMap || !map.Shape.Contains(features.Values.Length))
        {
            return null;
        }

        bool channelsLast = ChannelsLast(map, features.Values.Length);
        return ProbeTensor.Same(features.Values, map.SpatialMean(channelsLast), MeanTolerance) ? Map(pooled, channelsLast) : null;
    }

    private string Map(string tensor, bool channelsLast)
    {
        string map = Float("feature_map", tensor);
        if (channelsLast)
        {
            map = Node("Transpose", "feature_map", map, OnnxAttribute.Of("perm", 0, 3, 1, 2));
        }

        return Output(map, "N", Seen(tensor).Shape[channelsLast ? 3 : 1], "h", "w");
    }

    private static bool ChannelsLast(ProbeTensor map, long width) => map.Shape[1] != width && map.Shape[3] == width;

    private ProbeTensor Seen(string tensor) => seen.TryGetValue(tensor, out ProbeTensor? found)
        ? found
        : throw new BackboneException($"The tensor '{tensor}' holds no floating-point numbers. Name the features tensor with --features.");

    private string Float(string role, string tensor) =>
        Seen(tensor).IsHalf ? Node("Cast", $"{role}_float", tensor, OnnxAttribute.Of("to", (long)OnnxType.Float)) : tensor;

    private string Node(string operation, string role, string input, params OnnxAttribute[] attributes) =>
        Graph.Node(operation, [input], attributes, $"clocks_{role}");

    private string Output(string tensor, params OnnxDimension[] shape)
    {
        Graph.Output(tensor, OnnxType.Float, shape);
        return tensor;
    }
}
