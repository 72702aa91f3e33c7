namespace ClockFunctions.Core.Backbones;

/// <summary>A backbone cannot be found, read, imported, downloaded or run; the message says what to do about it.</summary>
public sealed class BackboneException(string message, Exception? inner = null) : Exception(message, inner);
