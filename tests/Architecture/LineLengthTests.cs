using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Architecture;

public sealed class LineLengthTests
{
    /// <summary>Two files side by side on a wide screen, and a diff without a scroll bar.</summary>
    private const int Longest = 140;

    private static readonly string[] NotOurs = ["bin", "obj", "node_modules", ".git"];

    [Fact]
    public void NoLineOfCodeIsLongerThan140Characters()
    {
        IEnumerable<string> longer = Sources(SharedData.Root).SelectMany(file => File.ReadLines(file)
            .Select((line, i) => (line.Length, Place: $"{Path.GetRelativePath(SharedData.Root, file)}:{i + 1}"))
            .Where(line => line.Length > Longest)
            .Select(line => line.Place));

        Assert.Empty(longer);
    }

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(folder, "*.cs").Concat(Directory.EnumerateDirectories(folder)
            .Where(inner => !NotOurs.Contains(Path.GetFileName(inner), StringComparer.Ordinal))
            .SelectMany(Sources));
}
