namespace ClockFunctions.Core.Training;

/// <summary>libtorch computes wrongly in this process: whatever it trained would be worthless. The message says what was wrong.</summary>
public sealed class WrongArithmeticException(string message) : Exception(message);
