namespace ClockFunctions.Bench;

/// <summary>A Markdown table on standard output, ready for README.</summary>
public sealed class Table(params string[] columns)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    public void Print()
    {
        Console.WriteLine($"| {string.Join(" | ", columns)} |");
        Console.WriteLine($"|{string.Concat(columns.Select(_ => " --- |"))}");
        foreach (string[] row in _rows)
        {
            Console.WriteLine($"| {string.Join(" | ", row)} |");
        }
    }
}
