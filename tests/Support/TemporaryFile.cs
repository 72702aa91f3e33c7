namespace ClockFunctions.Tests.Support;

/// <summary>The name of a file that is gone after the test.</summary>
public sealed class TemporaryFile(string extension) : IDisposable
{
    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"clocks-{Guid.NewGuid():N}{extension}");

    public void Dispose() => File.Delete(Path);
}
