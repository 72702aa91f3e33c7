using ClockFunctions.Core.Backbones.Onnx;

namespace ClockFunctions.Core.Backbones.Import;

/// <summary>
/// Finds, in the graph of an image classifier, what goes into its last layer: walking up from the class
/// output, the data input of the first fully connected layer or convolution that is met. Shapes are not looked at:
/// the importer runs the model to see them.
/// </summary>
/// <param name="FeaturesTensor">The last layer's data input.</param>
/// <param name="FeatureWidth">F according to the last layer's weight; null where that is not a plain initialiser.</param>
/// <param name="MapTensor">
/// The input of the pooling that <paramref name="FeaturesTensor"/> comes from; null when it does not come from one.
/// </param>
/// <param name="WeightTensor">The last layer's weight; null where somebody named other features than its input.</param>
internal sealed record ClassifierAnatomy(string FeaturesTensor, long? FeatureWidth, string? MapTensor, string? WeightTensor = null)
{
    /// <summary>
    /// What may follow the last layer: the naming of classes, a softmax (whole, or spelled out as exporters of old did), biases,
    /// activations, pooling, changes of shape.
    /// </summary>
    private static readonly HashSet<string> AfterLastLayer =
    [
        "Softmax", "LogSoftmax", "Exp", "Sub", "Div", "Add", "Mul", "Relu", "Clip", "GlobalAveragePool", "AveragePool", "ReduceMean",
        "Slice", "Sigmoid", "ZipMap",
        .. ChangesOfShape,
    ];

    private static readonly HashSet<string> Poolings = ["GlobalAveragePool", "AveragePool", "ReduceMean"];

    private static string[] ChangesOfShape =>
        ["Flatten", "Reshape", "Squeeze", "Unsqueeze", "Identity", "Cast", "Dropout", "Transpose", "QuantizeLinear", "DequantizeLinear"];

    /// <summary>The tensors found.</summary>
    public IEnumerable<string> Tensors => MapTensor is null ? [FeaturesTensor] : [FeaturesTensor, MapTensor];

    /// <param name="outline">The model.</param>
    /// <param name="classTensor">Its class output.</param>
    /// <param name="featuresTensor">The features, where somebody knows better than to take the last layer's input.</param>
    /// <exception cref="BackboneException">There is no last layer to be found.</exception>
    public static ClassifierAnatomy Of(OnnxModel outline, string classTensor, string? featuresTensor = null)
    {
        Dictionary<string, OnnxNode> producers = [];
        foreach (OnnxNode node in outline.Nodes)
        {
            foreach (string output in node.Outputs)
            {
                producers[output] = node;
            }
        }

        Walk walk = new(outline, producers);
        if (featuresTensor is not null)
        {
            return producers.ContainsKey(featuresTensor)
                ? new(featuresTensor, null, walk.MapOf(featuresTensor))
                : throw new BackboneException($"The model has no tensor '{featuresTensor}' to take as features.");
        }

        (string features, long? width, string weight) = walk.LastLayer(classTensor);
        return new(features, width, walk.MapOf(features), weight);
    }

    private sealed class Walk(OnnxModel outline, Dictionary<string, OnnxNode> producers)
    {
        private readonly HashSet<string> _constants = ConstantsOf(outline);

        public (string Features, long? Width, string Weight) LastLayer(string classTensor)
        {
            string tensor = classTensor;
            for (int steps = 0; producers.TryGetValue(tensor, out OnnxNode? node); steps++)
            {
                ThrowIfCircle(steps);
                string? data = DataInput(node);
                if (node.Operation is "Gemm" or "MatMul" or "Conv" && data is not null
                    && node.Inputs.FirstOrDefault(input => input != data) is { } weight)
                {
                    return (data, Width(node, weight), weight);
                }

                if (data is null || !AfterLastLayer.Contains(node.Operation))
                {
                    throw new BackboneException(
                        $"Between the class output '{classTensor}' and the last fully connected layer or convolution stands '{tensor}' " +
                        $"({node.Operation}), " +
                        "which import does not understand. Name the features tensor with --features.");
                }

                tensor = data;
            }

            throw new BackboneException($"The class output '{classTensor}' is not computed by a fully connected layer or a convolution.");
        }

        public string? MapOf(string features)
        {
            string? tensor = features;
            for (int steps = 0; tensor is not null && producers.TryGetValue(tensor, out OnnxNode? node); steps++)
            {
                ThrowIfCircle(steps);
                tensor = DataInput(node);
                if (Poolings.Contains(node.Operation))
                {
                    return tensor;
                }

                if (!ChangesOfShape.Contains(node.Operation))
                {
                    return null;
                }
            }

            return null;
        }

        /// <summary>The first input that depends on the image; null when two do and the operation is no softmax spelled out.</summary>
        private string? DataInput(OnnxNode node)
        {
            string[] data = [.. node.Inputs.Where(input => input.Length > 0 && !_constants.Contains(input))];
            bool takesOne = data.Length == 1 || node.Operation is "Sub" or "Div" or "Reshape" or "Slice";
            return takesOne && data.Length > 0 ? data[0] : null;
        }

        /// <summary>The tensors that depend on no input. A graph lists its operations in an order in which they can be computed.</summary>
        private static HashSet<string> ConstantsOf(OnnxModel outline)
        {
            HashSet<string> constants = [.. outline.Initializers.Keys];
            foreach (OnnxNode node in outline.Nodes)
            {
                if (node.Inputs.All(input => input.Length == 0 || constants.Contains(input)))
                {
                    constants.UnionWith(node.Outputs);
                }
            }

            return constants;
        }

        private void ThrowIfCircle(int steps)
        {
            if (steps >= outline.Nodes.Count)
            {
                throw new BackboneException("The model's operations need each other's results in a circle.");
            }
        }

        /// <summary>A Gemm or MatMul has a weight of F×C or C×F, a convolution of C×F×1×1.</summary>
        private long? Width(OnnxNode node, string weight)
        {
            if (!outline.Initializers.TryGetValue(weight, out OnnxInitializer? found) || found.Shape.Count < 2)
            {
                return null;
            }

            return node.Operation == "Conv"
                ? found.Shape[1] : found.Shape.FirstOrDefault(size => size is not (1000 or 1001), found.Shape[0]);
        }
    }
}
