namespace ClockFunctions.Core.Datasets;

/// <summary>What a folder of labelled images holds, and what to mend before training on it.</summary>
public sealed record DatasetSummary
{
    /// <summary>Images that decode.</summary>
    public required int Images { get; init; }

    /// <summary>The labels, most images first.</summary>
    public required IReadOnlyList<LabelCount> Labels { get; init; }

    /// <summary>Images of the largest label for one of the smallest; null with fewer than two labels.</summary>
    public required double? Imbalance { get; init; }

    /// <summary>Images by format.</summary>
    public required IReadOnlyDictionary<string, int> Formats { get; init; }

    /// <summary>Widths in pixels; null without an image, as the two that follow.</summary>
    public required Spread? Widths { get; init; }

    public required Spread? Heights { get; init; }

    /// <summary>Encoded sizes.</summary>
    public required Spread? Bytes { get; init; }

    /// <summary>Files that have a label but are no usable image.</summary>
    public required IReadOnlyList<UnreadableFile> Unreadable { get; init; }

    /// <summary>Files that the label rule gives no label.</summary>
    public required IReadOnlyList<string> Unlabelled { get; init; }

    /// <summary>Groups of files with the same bytes.</summary>
    public required IReadOnlyList<DuplicateGroup> ExactDuplicates { get; init; }

    /// <summary>Groups of images that look nearly the same and are not all of the same bytes; null where it was not looked for.</summary>
    public required IReadOnlyList<DuplicateGroup>? NearDuplicates { get; init; }
}

/// <summary>Images of one label.</summary>
public sealed record LabelCount(string Label, int Images);

/// <summary>A file that cannot be used, and why.</summary>
public sealed record UnreadableFile(string Path, string Reason);

/// <summary>Files that are, or look, the same.</summary>
/// <param name="Paths">Two or more.</param>
/// <param name="LabelsDiffer">Whether they are filed under different labels: at least one is wrong.</param>
public sealed record DuplicateGroup(IReadOnlyList<string> Paths, bool LabelsDiffer);

/// <summary>How far a quantity spreads.</summary>
public sealed record Spread(double Least, double Median, double Most)
{
    /// <returns>Null for no values.</returns>
    public static Spread? Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length == 0
            ? null
            : new(sorted[0], sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2, sorted[^1]);
    }
}
