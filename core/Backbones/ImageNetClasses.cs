namespace ClockFunctions.Core.Backbones;

/// <summary>The classes of ImageNet-1k, by 0-based id. Source and licence of the names: <c>imagenet-classes.txt</c>.</summary>
public static class ImageNetClasses
{
    public const int Count = 1000;

    private static readonly Lazy<string[][]> Lines = new(Read);

    private static readonly Lazy<string[]> FirstNames = new(() => [.. Lines.Value.Select(names => names[0])]);

    /// <summary>
    /// One name a class, the first where it has several: <c>analog clock</c> is 409. Some classes share a name (134 and 517 are both
    /// <c>crane</c>).
    /// </summary>
    public static IReadOnlyList<string> Names => FirstNames.Value;

    /// <summary>All names of each class.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Synonyms => Lines.Value;

    private static string[][] Read()
    {
        using Stream stream = typeof(ImageNetClasses).Assembly.GetManifestResourceStream("imagenet-classes.txt")!;
        using StreamReader reader = new(stream);
        return
        [
            .. reader.ReadToEnd()
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(line => line[0] != '#')
                .Select(line => line.Split(',', StringSplitOptions.TrimEntries)),
        ];
    }
}
