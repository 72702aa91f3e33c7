using System.Globalization;

namespace ClockFunctions.Bench.Memory;

/// <summary>Resident memory of a process, point by point; the first is taken when this is made.</summary>
/// <remarks>A leak grows in the second half as it did in the first; allocators that settle do not.</remarks>
/// <param name="what">What is counted between the points.</param>
/// <param name="process">Warmed up.</param>
public sealed class MemoryPoints(string what, ServerProcess process)
{
    private const double MiB = 1 << 20;

    private readonly List<(int Done, double Bytes)> _points = [(0, process.ResidentBytes)];

    public void Add(int done) => _points.Add((done, process.ResidentBytes));

    public void Print()
    {
        Table table = new(
            [$"{what} after warm-up", .. _points.Select(point => point.Done.ToString("N0", CultureInfo.InvariantCulture)), "last / first",
                "last / middle"]);
        table.Add(
            ["resident MiB", .. _points.Select(point => $"{point.Bytes / MiB:F0}"), $"**{_points[^1].Bytes / _points[0].Bytes:F2} ×**",
                $"**{_points[^1].Bytes / _points[_points.Count / 2].Bytes:F2} ×**"]);
        table.Print();
    }
}
