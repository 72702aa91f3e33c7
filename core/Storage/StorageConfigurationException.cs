namespace ClockFunctions.Core.Storage;

/// <summary>
/// The storage settings name no account, or contradict each other. The message is one line that says what to set; it never holds a secret.
/// </summary>
public sealed class StorageConfigurationException(string message, Exception? inner = null) : Exception(message, inner);
