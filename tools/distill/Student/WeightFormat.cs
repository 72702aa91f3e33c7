namespace ClockFunctions.Distill.Student;

/// <summary>How weights are stored. ONNX Runtime turns them into float32 once, when it loads the file, so speed is the same.</summary>
public enum WeightFormat
{
    ThirtyTwoBit,
    SixteenBit,

    /// <summary>Eight bits and a float32 scale an output channel.</summary>
    EightBit,
}
