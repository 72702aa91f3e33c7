namespace ClockFunctions.Core.Backbones.Onnx;

/// <summary>Element types of ONNX tensors; the values are those of <c>TensorProto.DataType</c>.</summary>
public enum OnnxType
{
    Undefined = 0,
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    Int32 = 6,
    Int64 = 7,
    Float16 = 10,
    Double = 11,
}
