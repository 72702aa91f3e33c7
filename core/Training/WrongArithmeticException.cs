namespace ClockFunctions.Core.Training;

/// <summary>
/// libtorch computes wrongly in this process, so whatever it trained would be worthless; the message says what came out wrong.
/// </summary>
public sealed class WrongArithmeticException(string message) : Exception(message);
