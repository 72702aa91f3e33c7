using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Training.Folders;

/// <summary>
/// Features of image files, kept between runs of the command line: a file an image content, under a folder for
/// everything else that decides them. What is missing or damaged is computed again, so it may be deleted at any time.
/// </summary>
/// <remarks>Safe for concurrent use, also by several processes: files are moved into place.</remarks>
public sealed class FolderFeatureCache
{
    /// <summary>To be raised when the same bytes give other pixels.</summary>
    private const int Preprocessing = 2;

    private readonly string _folder;
    private readonly int _rowLength;

    /// <param name="root">For example <see cref="DefaultRoot"/>.</param>
    /// <param name="backbone">Whose features.</param>
    /// <param name="pipeline">How images become its input.</param>
    /// <param name="views">V.</param>
    /// <param name="seed">Of the views.</param>
    /// <param name="augmentation">Ranges of the views.</param>
    public FolderFeatureCache(string root, BackboneSpec backbone, Pipeline pipeline, int views, int seed, AugmentationOptions augmentation)
    {
        // The clean view is the same for every seed and range.
        string random = views == 1 ? "" : $"{seed}|{JsonSerializer.Serialize(augmentation, Json.Compact)}";
        string key =
            $"{Preprocessing}|{backbone.Sha256}|{JsonSerializer.Serialize(backbone.Input, Json.Compact)}|{backbone.FeaturesTensor}|{pipeline}|{views}|{random}";
        string id = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(key)))[..16];
        _folder = Path.Combine(root, $"{backbone.Id}-{id}");
        _rowLength = (views * backbone.FeatureWidth) + ImageNetClasses.Count;
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
