namespace ClockFunctions.Core.Backbones.Onnx;

/// <summary>A named attribute of a node: one long, float, string or tensor, or a list of longs or floats.</summary>
public sealed record OnnxAttribute
{
    private OnnxAttribute(string name, object value)
    {
        Name = name;
        Value = value;
    }

    public string Name { get; }

    /// <summary>A long, float, string, <see cref="OnnxTensor"/>, long[] or float[].</summary>
    public object Value { get; }

    public static OnnxAttribute Of(string name, long value) => new(name, value);

    public static OnnxAttribute Of(string name, float value) => new(name, value);

    public static OnnxAttribute Of(string name, string value) => new(name, value);

    public static OnnxAttribute Of(string name, OnnxTensor value) => new(name, value);

    public static OnnxAttribute Of(string name, params long[] values) => new(name, values);

    public static OnnxAttribute Of(string name, params float[] values) => new(name, values);
}
