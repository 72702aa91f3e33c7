namespace ClockFunctions.Cli.Azurite;

/// <summary>The local storage could not be installed or started; the message says what to do.</summary>
public sealed class AzuriteException(string message, Exception? inner = null) : Exception(message, inner);
