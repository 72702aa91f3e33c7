using System.Security.Cryptography;

namespace ClockFunctions.Core.Datasets;

/// <summary>A folder of labelled images, as the command line trains and evaluates on it.</summary>
/// <param name="Root">Full path of the folder.</param>
/// <param name="Images">Every file with a label, by label and name. Whether it is an image is not known yet.</param>
/// <param name="Problems">Files that were left out.</param>
public sealed record ImageFolder(string Root, IReadOnlyList<FolderImage> Images, IReadOnlyList<FolderProblem> Problems)
{
    /// <summary>Lists a folder and hashes its files. Names that start with a dot are not looked at.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="rule">Gives files their labels.</param>
    /// <param name="maxBytes">Larger files are a problem, not an image.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static ImageFolder Read(string path, LabelRule rule, int maxBytes, CancellationToken cancellation)
    {
        string root = Path.GetFullPath(path);
        LabelledFolder labelled = LabelledFolder.Read(root, rule);
        List<FolderImage> images = [];
        List<FolderProblem> problems = [
            .. labelled.Unlabelled.Select(file => new FolderProblem(file, $"label rule {rule} gives it no label"))];
        foreach (LabelledFile file in labelled.Files)
        {
            cancellation.ThrowIfCancellationRequested();
            using FileStream stream = File.OpenRead(file.FullPath);
            if (stream.Length > maxBytes)
            {
                problems.Add(new FolderProblem(file.Path, $"has {stream.Length} bytes; the limit is {maxBytes}"));
                continue;
            }

            string hash = Convert.ToHexStringLower(SHA256.HashData(stream));
            images.Add(new FolderImage(new TrainingImage(file.Label, file.Name, hash, stream.Length), file.FullPath, file.Path));
        }

        images.Sort((a, b) => TrainingImage.Compare(a.Image, b.Image));
        return new ImageFolder(root, images, problems);
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
