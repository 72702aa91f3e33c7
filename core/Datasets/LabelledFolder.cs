namespace ClockFunctions.Core.Datasets;

/// <summary>The files of a folder with their labels: a training container on a disk.</summary>
/// <param name="Files">Those with a label, sorted by path, so that every machine sees one order.</param>
/// <param name="Unlabelled">Relative paths of the files that the rule gives no label.</param>
public sealed record LabelledFolder(IReadOnlyList<LabelledFile> Files, IReadOnlyList<string> Unlabelled)
{
    /// <summary>Lists a folder and the folders in it. Names that start with a dot are not looked at: they are a system's own.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static LabelledFolder Read(string folder, LabelRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"There is no folder {folder}.");
        }

        List<LabelledFile> files = [];
        List<string> unlabelled = [];
        foreach (string path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(path => !path.Split('/').Any(part => part.StartsWith('.')))
            .Order(StringComparer.Ordinal))
        {
            if (rule.Of(path) is { } labelled)
            {
                files.Add(new(labelled.Label, labelled.Name, path, Path.Combine(folder, path)));
            }
            else
            {
                unlabelled.Add(path);
            }
        }

        return new(files, unlabelled);
    }
}
