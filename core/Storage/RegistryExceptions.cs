namespace ClockFunctions.Core.Storage;

/// <summary>The registry has no complete version of this name.</summary>
public sealed class UnknownVersionException(string version)
    : Exception($"There is no version {version}; clocks models list shows those there are.")
{
    public string Version { get; } = version;
}

/// <summary>Somebody else moved the pointer, or wrote this version, first: nothing was changed.</summary>
public sealed class RegistryConflictException(string message, Exception? inner = null) : Exception(message, inner);
