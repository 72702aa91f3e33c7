namespace ClockFunctions.Tests.Support;

/// <summary>Whether tests that take minutes are to run.</summary>
public static class Thorough
{
    /// <summary>Set to anything, it asks for them.</summary>
    private const string Variable = "CLOCKS_THOROUGH_TESTS";

    public static bool IsAsked { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 };
}
