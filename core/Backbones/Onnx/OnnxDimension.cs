namespace ClockFunctions.Core.Backbones.Onnx;

/// <summary>One dimension of an input or output: a size, or a symbol for a size known only at run time.</summary>
public readonly record struct OnnxDimension
{
    private OnnxDimension(long size, string? symbol)
    {
        Size = size;
        Symbol = symbol;
    }

    public long Size { get; }

    public string? Symbol { get; }

    public static implicit operator OnnxDimension(long size) => new(size, null);

    public static implicit operator OnnxDimension(string symbol) => new(0, symbol);
}
