using System.Globalization;
using System.Runtime.InteropServices;
using ClockFunctions.Core.Storage.Features;

namespace ClockFunctions.Core.Training.Folders;

/// <summary>
/// Features of image files, kept between runs of the command line: a file an image content, under a folder for
/// everything else that decides them. What is missing or damaged is computed again, so it may be deleted at any time.
/// </summary>
/// <remarks>Safe for concurrent use, also by several processes: files are moved into place.</remarks>
public sealed class FolderFeatureCache
{
    private readonly string _folder;
    private readonly int _rowLength;

    /// <param name="root">For example <see cref="DefaultRoot"/>.</param>
    /// <param name="backbone">Id of the backbone, for whoever looks at the folder.</param>
    /// <param name="key">What decides the features beside the image.</param>
    public FolderFeatureCache(string root, string backbone, FeatureKey key)
    {
        _folder = Path.Combine(root, $"{backbone}-{key.Id}");
        _rowLength = key.RowLength;
    }

    /// <summary><c>.clocks/features</c> in the user's home folder.</summary>
    public static string DefaultRoot { get; } =
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".clocks", "features");

    /// <summary>The row of a content; null when it is not there.</summary>
    public Half[]? Find(string contentHash)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(FileOf(contentHash));
            return bytes.Length == _rowLength * 2 ? MemoryMarshal.Cast<byte, Half>(bytes).ToArray() : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public void Add(string contentHash, Half[] row)
    {
        string file = FileOf(contentHash);
        string temporary = $"{file}.{Guid.NewGuid():N}";
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(temporary, MemoryMarshal.AsBytes<Half>(row));
        File.Move(temporary, file, overwrite: true);
    }

    /// <summary>Remembers what a view cost: processor seconds.</summary>
    public void KeepCost(double cpuSecondsPerView) =>
        File.WriteAllText(CostFile, cpuSecondsPerView.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>What a view cost when it was measured last; null when it never was.</summary>
    public double? FindCost() =>
        File.Exists(CostFile) && double.TryParse(File.ReadAllText(CostFile), CultureInfo.InvariantCulture, out double cost) ? cost : null;

    private string CostFile => Path.Combine(_folder, "cpu-seconds-per-view");

    private string FileOf(string contentHash) => Path.Combine(_folder, contentHash[..2], contentHash);
}
