using System.Numerics.Tensors;
using System.Security.Cryptography;
using SkiaSharp;

namespace ClockFunctions.Distill.Views;

/// <summary>One usable photo: where it is, and what tells it from others.</summary>
/// <param name="Path">The file.</param>
/// <param name="Content">SHA-256 of the bytes, lower-case hex.</param>
/// <param name="Look">A 16×16 grey thumbnail with mean 0 and length 1.</param>
public sealed record Photo(string Path, string Content, float[] Look)
{
    /// <summary>Correlation of two thumbnails at and above which the photos show the same picture.</summary>
    public const float SamePicture = 0.95f;

    public bool LooksLike(Photo other) => TensorPrimitives.Dot<float>(Look, other.Look) >= SamePicture;
}

/// <summary>Lists photos and finds those that are the same picture, perhaps at another size or compression.</summary>
public static class PhotoFolder
{
    private const int ThumbnailSide = 16;
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".webp"];

    /// <summary>
    /// Every photo below the folders, sorted by content so that names and places do not matter; unreadable files are reported.
    /// </summary>
    public static IReadOnlyList<Photo> List(IEnumerable<string> folders, Action<string> report)
    {
        string[] files = [.. folders
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .Where(file => Extensions.Contains(Path.GetExtension(file).ToLowerInvariant()))];
        Photo?[] photos = new Photo?[files.Length];
        Parallel.For(0, files.Length, i => photos[i] = Read(files[i], report));
        return [.. photos.OfType<Photo>().OrderBy(photo => photo.Content, StringComparer.Ordinal)];
    }

    /// <summary>
    /// The photos that share neither content, nor file name, nor look with an excluded one. Strict on
    /// purpose: losing a few photos costs little, judging a network on what it learned from costs the truth.
    /// </summary>
    public static IReadOnlyList<Photo> Without(IReadOnlyList<Photo> photos, IReadOnlyList<Photo> excluded)
    {
        HashSet<string> contents = [.. excluded.Select(photo => photo.Content)];
        HashSet<string> names = [.. excluded.Select(photo => Path.GetFileName(photo.Path))];
        return [.. photos.AsParallel().AsOrdered().Where(photo =>
            !contents.Contains(photo.Content)
            && !names.Contains(Path.GetFileName(photo.Path))
            && !excluded.Any(photo.LooksLike))];
    }

    private static Photo? Read(string file, Action<string> report)
    {
        byte[] bytes = File.ReadAllBytes(file);
        using SKBitmap? picture = SKBitmap.Decode(bytes);
        if (picture is null)
        {
            report($"skipped, not readable as an image: {file}");
            return null;
        }

        return new(file, Convert.ToHexStringLower(SHA256.HashData(bytes)), Thumbnail(picture));
    }

    private static float[] Thumbnail(SKBitmap picture)
    {
        using SKBitmap small = picture.Resize(
            new SKImageInfo(ThumbnailSide, ThumbnailSide, SKColorType.Gray8, SKAlphaType.Opaque),
            new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        float[] look = new float[ThumbnailSide * ThumbnailSide];
        for (int i = 0; i < look.Length; i++)
        {
            look[i] = small.GetPixelSpan()[i / ThumbnailSide * small.RowBytes + i % ThumbnailSide];
        }

        TensorPrimitives.Subtract(look, TensorPrimitives.Average<float>(look), look);
        TensorPrimitives.Divide(look, Math.Max(TensorPrimitives.Norm<float>(look), 1e-6f), look);
        return look;
    }
}
