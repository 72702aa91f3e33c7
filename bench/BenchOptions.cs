using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Imaging;

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

    /// <summary>Folder of damaged images, searched recursively; null: only the bombs that are made.</summary>
    public string? HostileFolder { get; init; }

    /// <summary>Limit in MiB of the service's managed heap; null: none.</summary>
    public int? HeapLimitMB { get; init; }

    public int Seconds { get; init; } = 6;

    public int Rounds { get; init; } = 3;

    /// <summary>Images in the storage; null for the verb's own default.</summary>
    public int? Images { get; init; }

    /// <summary>Scores behind a memory curve.</summary>
    public int Scores { get; init; }

    /// <summary>Trainings behind a memory curve.</summary>
    public int Trainings { get; init; }

    /// <summary>Numbers of images that a benchmark of growth goes through.</summary>
    public IReadOnlyList<int> Sizes { get; init; } = [];

    /// <summary>Connection string of the storage that a measuring process is given; null in the process that a person starts.</summary>
    public string? Storage { get; init; }

    /// <summary>Epochs of the notebook's recipe that are really run.</summary>
    public int Epochs { get; init; }

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

    /// <summary>
    /// The photos with their labels, a folder each, in an order that mixes the labels and is always the same: by the end
    /// of the content's hash, because its beginning decides which are held out.
    /// </summary>
    public ImageFolder Labelled()
    {
        ImageFolder folder = ImageFolder.Read(PhotoFolder, LabelRule.Folder, new ImageLimits().MaxBytes, CancellationToken.None);
        return folder with
        {
            Images = [
            .. folder.Images.DistinctBy(image => image.Image.ContentHash)
                .OrderBy(image => image.Image.ContentHash[32..], StringComparer.Ordinal)]
        };
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
