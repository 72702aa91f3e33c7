namespace ClockFunctions.Bench;

/// <summary>What every benchmark reads from its command line.</summary>
public sealed record BenchOptions
{
    /// <summary>The repository's root: the nearest folder above the benchmark that holds the solution file.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Folder of photos, searched recursively. Default: <c>../shared/data/clock-vs-other</c> beside the checkout.</summary>
    public required string PhotoFolder { get; init; }

    /// <summary>Backbone id or spec path that both sides run.</summary>
    public required string Backbone { get; init; }

    /// <summary>The case study's clock classes.</summary>
    public const string TargetClasses = "409,530,531,826,892";

    /// <summary>A photo of some megapixels, or null.</summary>
    public string? LargePhoto { get; init; }

    public int Seconds { get; init; } = 6;

    public int Rounds { get; init; } = 3;

    /// <summary>A fixed sample of the photos: every n-th by name.</summary>
    public IReadOnlyList<string> Photos(int count = 64)
    {
        string[] all = [.. Directory.EnumerateFiles(PhotoFolder, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        if (all.Length == 0)
        {
            throw new InvalidOperationException($"No .jpg under {PhotoFolder}.");
        }

        int step = Math.Max(1, all.Length / count);
        return [.. all.Where((_, i) => i % step == 0).Take(count)];
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "ClockFunctions.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("The benchmarks run outside of the repository.");
    }
}
