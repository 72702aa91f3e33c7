using ClockFunctions.Samples;
using SkiaSharp;

namespace ClockFunctions.Distill.Views;

/// <summary>Writes drawings of clocks and look-alikes, some of them over photos.</summary>
public sealed class DrawingFolder(IReadOnlyList<Photo> backgrounds, int seed)
{
    private readonly UnlabelledSet _drawings = new(seed, backgrounds.Count == 0 ? null : (canvas, random, width, height) =>
    {
        using SKImage photo = SKImage.FromEncodedData(backgrounds[random.Whole(0, backgrounds.Count - 1)].Path);
        using SKPaint paint = new();
        using SKImageFilter? blur = random.Chance(0.5) ? SKImageFilter.CreateBlur(4, 4) : null;
        paint.ImageFilter = blur;
        canvas.DrawImage(photo, SKRect.Create(width, height), new SKSamplingOptions(SKFilterMode.Linear), paint);
    });

    public void Write(string folder, int count)
    {
        Directory.CreateDirectory(folder);
        Parallel.For(0, count, i => File.WriteAllBytes(Path.Combine(folder, $"drawing-{i:D5}.jpg"), _drawings.Jpeg(i)));
    }
}
