using System.Security.Cryptography;

namespace ClockFunctions.Core.Training.Folders;

/// <summary>A folder of labelled images, as the command line trains and evaluates on it.</summary>
/// <param name="Root">Full path of the folder.</param>
/// <param name="Images">Every file with a label, by label and name. Whether it is an image is not known yet.</param>
/// <param name="Problems">Files that were left out.</param>
public sealed record ImageFolder(string Root, IReadOnlyList<FolderImage> Images, IReadOnlyList<FolderProblem> Problems)
{
    /// <summary>Lists a folder and hashes its files. Names that start with a dot are not looked at, as no shell would.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="rule">Gives files their labels.</param>
    /// <param name="maxBytes">Larger files are a problem, not an image.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static ImageFolder Read(string path, LabelRule rule, int maxBytes, CancellationToken cancellation)
    {
        string root = Path.GetFullPath(path);
        if (!Directory.Exists(root))
        {
            throw new DirectoryNotFoundException($"There is no folder {root}.");
        }

        List<FolderImage> images = [];
        List<FolderProblem> problems = [];
        foreach (string file in Files(root).Order(StringComparer.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            string relative = Path.GetRelativePath(root, file).Replace(Path.DirectorySeparatorChar, '/');
            long length = new FileInfo(file).Length;
            if (rule.Of(relative) is not var (label, name))
            {
                problems.Add(new FolderProblem(relative, $"label rule {rule} gives it no label"));
            }
            else if (length > maxBytes)
            {
                problems.Add(new FolderProblem(relative, $"has {length} bytes; the limit is {maxBytes}"));
            }
            else
            {
                using FileStream stream = File.OpenRead(file);
                string hash = Convert.ToHexStringLower(SHA256.HashData(stream));
                images.Add(new FolderImage(new TrainingImage(label, name, hash, length), file, relative));
            }
        }

        images.Sort((a, b) => TrainingImage.Compare(a.Image, b.Image));
        return new ImageFolder(root, images, problems);
    }

    private static IEnumerable<string> Files(string folder)
    {
        EnumerationOptions visible = new() { AttributesToSkip = FileAttributes.Hidden | FileAttributes.System };
        return Directory.EnumerateFiles(folder, "*", visible)
            .Concat(Directory.EnumerateDirectories(folder, "*", visible).SelectMany(Files));
    }
}

/// <summary>A file of a folder.</summary>
/// <param name="Image">Its label, name, content and size.</param>
/// <param name="File">Full path.</param>
/// <param name="Path">Relative to the folder, with <c>/</c>.</param>
public sealed record FolderImage(TrainingImage Image, string File, string Path);

/// <summary>A file that was left out.</summary>
/// <param name="Path">Relative to the folder, with <c>/</c>.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record FolderProblem(string Path, string Reason);
