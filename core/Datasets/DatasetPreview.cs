using System.Security.Cryptography;
using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Datasets;

/// <summary>Draws what the backbone sees of a data set: pipeline outputs, un-normalised, with their labels.</summary>
/// <param name="decoder">Holds the limits.</param>
/// <param name="input">The backbone's input.</param>
/// <param name="pipeline">The pipeline to show.</param>
public sealed class DatasetPreview(ImageDecoder decoder, InputSpec input, Pipeline pipeline)
{
    private const int ColumnsWithoutViews = 6;
    private const int TileSide = 168;

    private readonly Preprocessor _preprocessor = new(input, pipeline);

    /// <summary>Picks images in turn from every label and draws them, one column each or one row of views each.</summary>
    /// <param name="folder">The files.</param>
    /// <param name="count">Images to draw, as far as there are so many that decode.</param>
    /// <param name="views">Augmented views beside the clean one; 0: only the clean one.</param>
    /// <param name="augmentation">The ranges of the views.</param>
    /// <param name="seed">Which images and which views.</param>
    /// <returns>A PNG, and the unusable files that were passed over.</returns>
    /// <exception cref="InvalidOperationException">No file is a usable image.</exception>
    public (byte[] Png, IReadOnlyList<UnreadableFile> Unreadable) Render(
        LabelledFolder folder, int count, int views, AugmentationOptions augmentation, int seed)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string[] labels = [.. folder.Files.Select(file => file.Label).Distinct().Order(StringComparer.Ordinal)];
        List<SheetTile> tiles = [];
        List<UnreadableFile> unreadable = [];
        int drawn = 0;
        foreach (LabelledFile file in InTurn(folder, labels, seed).TakeWhile(_ => drawn < count))
        {
            try
            {
                byte[] encoded = File.ReadAllBytes(file.FullPath);
                int color = ContactSheet.LabelColors[Array.IndexOf(labels, file.Label) % ContactSheet.LabelColors.Count];
                tiles.AddRange(Tiles(encoded, file, color, views, augmentation, seed));
                drawn++;
            }
            catch (ImageException e)
            {
                unreadable.Add(new(file.Path, e.Message));
            }
        }

        if (drawn == 0)
        {
            throw new InvalidOperationException("No file is a usable image.");
        }

        string title = $"What the backbone sees: pipeline {pipeline.ToString().ToLowerInvariant()}, {input.Width}x{input.Height}"
            + (views > 0 ? $"; left the clean image, then {views} augmented views" : "");
        return (ContactSheet.Png(tiles, views > 0 ? views + 1 : ColumnsWithoutViews, TileSide, title), unreadable);
    }

    /// <summary>The labels' files one after the other, each label's in an order that only the seed decides.</summary>
    private static IEnumerable<LabelledFile> InTurn(LabelledFolder folder, string[] labels, int seed)
    {
        Queue<LabelledFile>[] queues = [.. labels.Select(label => new Queue<LabelledFile>(folder.Files
            .Where(file => file.Label == label)
            .OrderBy(
                file => Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{seed}/{file.Path}"))),
                StringComparer.Ordinal)))];
        while (queues.Any(queue => queue.Count > 0))
        {
            foreach (Queue<LabelledFile> queue in queues.Where(queue => queue.Count > 0))
            {
                yield return queue.Dequeue();
            }
        }
    }

    private List<SheetTile> Tiles(
        byte[] encoded, LabelledFile file, int color, int views, AugmentationOptions augmentation, int seed)
    {
        using DecodedImage image = decoder.Decode(encoded, _preprocessor.MinimumShortSide);
        string hash = Convert.ToHexStringLower(SHA256.HashData(encoded));
        (int height, int width) = _preprocessor.OutputSize(image.Pixels.Width, image.Pixels.Height);
        float[] tensor = new float[3 * height * width];
        List<SheetTile> tiles = [];
        for (int view = 0; view <= views; view++)
        {
            View sampled = ViewSampler.Sample(augmentation, seed, hash, view, image.Pixels.Width, image.Pixels.Height);
            _preprocessor.WriteView(image.Pixels, sampled, tensor);
            using PixelBuffer seen = TensorPicture.Of(tensor, input, height, width);
            tiles.Add(
                new SheetTile(
                    Thumbnails.Png(seen), view == 0 ? $"{file.Label}: {Path.GetFileNameWithoutExtension(file.Name)}" : Describe(sampled),
                    color));
        }

        return tiles;
    }

    private static string Describe(View view) =>
        $"{view.Degrees:+0;-0;0}° {view.Crop!.Value.Width}x{view.Crop.Value.Height}{(view.Flipped ? " mirrored" : "")}";
}
