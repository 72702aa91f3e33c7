namespace ClockFunctions.Core.Heads;

/// <summary>A stored head is damaged, or does not fit what it is to be used with. It must not be served.</summary>
public sealed class InvalidHeadException(string message, Exception? inner = null) : Exception(message, inner);
