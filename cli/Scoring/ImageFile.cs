namespace ClockFunctions.Cli.Scoring;

/// <summary>A file to score.</summary>
/// <param name="Path">As it was given, or below the folder that was given.</param>
/// <param name="Name">Its path within that folder, or its file name.</param>
internal sealed record ImageFile(string Path, string Name)
{
    /// <summary>Files as they are; folders with everything below, but what is hidden, in name order.</summary>
    /// <exception cref="UsageException">A path leads nowhere, or there is no file at all.</exception>
    public static IReadOnlyList<ImageFile> Find(IEnumerable<string> paths)
    {
        EnumerationOptions everything = new()
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
        };
        List<ImageFile> files = [];
        foreach (string path in paths)
        {
            if (File.Exists(path))
            {
                files.Add(new ImageFile(path, System.IO.Path.GetFileName(path)));
            }
            else if (Directory.Exists(path))
            {
                files.AddRange(Directory.EnumerateFiles(path, "*", everything).Order(StringComparer.Ordinal)
                    .Select(file => new ImageFile(file, System.IO.Path.GetRelativePath(path, file))));
            }
            else
            {
                throw new UsageException($"There is no file or folder {path}.");
            }
        }

        return files.Count > 0 ? files : throw new UsageException("There is no file to score.");
    }
}
