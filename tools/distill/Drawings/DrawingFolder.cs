using ClockFunctions.Distill.Views;
using SkiaSharp;

namespace ClockFunctions.Distill.Drawings;

/// <summary>Writes drawings over plain grounds or over photos. Drawing i depends on the seed, i and the photos alone.</summary>
public sealed class DrawingFolder(IReadOnlyList<Photo> backgrounds, int seed)
{
    private const int Width = 300;
    private const int Height = 220;

    public void Write(string folder, int count)
    {
        Directory.CreateDirectory(folder);
        Parallel.For(0, count, i =>
        {
            using SKBitmap drawing = Draw(new Random(unchecked(seed * 1_000_003 + i)));
            using FileStream file = File.Create(Path.Combine(folder, $"drawing-{i:D5}.jpg"));
            drawing.Encode(file, SKEncodedImageFormat.Jpeg, 90);
        });
    }

    private SKBitmap Draw(Random random)
    {
        SKBitmap bitmap = new(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using SKCanvas canvas = new(bitmap);
        Ground(canvas, random);
        int dials = random.NextDouble() < 0.1 ? 2 : 1;
        for (int i = 0; i < dials; i++)
        {
            float radius = Height * (0.16f + 0.3f * (float)random.NextDouble());
            canvas.Save();
            canvas.Translate(
                Width * (0.3f + 0.4f * (float)random.NextDouble()),
                Height * (0.4f + 0.2f * (float)random.NextDouble()));
            canvas.RotateDegrees(Turn(random));
            canvas.Skew((float)(random.NextDouble() - 0.5) * 0.4f, (float)(random.NextDouble() - 0.5) * 0.2f);
            canvas.Scale(1, 0.75f + 0.25f * (float)random.NextDouble());
            new DialDrawing(new Pen(canvas, random)).Draw(radius);
            canvas.Restore();
        }

        canvas.Flush();
        return bitmap;
    }

    // Upright, lying on its side as watches are often photographed, or anyhow.
    private static int Turn(Random random) => random.NextDouble() switch
    {
        < 0.4 => random.Next(-25, 26),
        < 0.8 => (random.Next(2) == 0 ? 90 : 270) + random.Next(-25, 26),
        _ => random.Next(360),
    };

    private void Ground(SKCanvas canvas, Random random)
    {
        double kind = random.NextDouble();
        if (kind < 0.4)
        {
            canvas.Clear(random.NextDouble() < 0.6 ? SKColors.White : SKColor.FromHsv(random.Next(360), random.Next(50), random.Next(100)));
            return;
        }

        if (kind < 0.65 || backgrounds.Count == 0)
        {
            using SKPaint paint = new();
            using SKShader shader = SKShader.CreateLinearGradient(
                new(0, 0), new(random.Next(Width), Height),
                [SKColor.FromHsv(random.Next(360), random.Next(70), random.Next(100)),
                    SKColor.FromHsv(random.Next(360), random.Next(70), random.Next(100))],
                SKShaderTileMode.Clamp);
            paint.Shader = shader;
            canvas.DrawPaint(paint);
            return;
        }

        using SKImage photo = SKImage.FromEncodedData(backgrounds[random.Next(backgrounds.Count)].Path);
        using SKPaint blurred = new();
        using SKImageFilter? blur = random.NextDouble() < 0.5 ? SKImageFilter.CreateBlur(4, 4) : null;
        blurred.ImageFilter = blur;
        canvas.DrawImage(photo, SKRect.Create(Width, Height), new SKSamplingOptions(SKFilterMode.Linear), blurred);
    }
}
