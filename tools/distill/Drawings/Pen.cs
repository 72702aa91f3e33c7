using SkiaSharp;

namespace ClockFunctions.Distill.Drawings;

/// <summary>
/// A canvas, its chance, and the strokes and colours that all drawings share. Lengths are pixels, angles degrees clockwise from the top.
/// </summary>
public sealed class Pen(SKCanvas canvas, Random random)
{
    public SKCanvas Canvas => canvas;

    public Random Random => random;

    public void Disc(float radius, SKColor colour)
    {
        using SKPaint paint = new() { IsAntialias = true, Color = colour };
        canvas.DrawCircle(0, 0, radius, paint);
    }

    public void Plate(float radius, bool square, SKPaint paint)
    {
        float corner = square ? radius * 0.2f : radius;
        canvas.DrawRoundRect(SKRect.Create(-radius, -radius, 2 * radius, 2 * radius), corner, corner, paint);
    }

    public void Ray(float degrees, float from, float to, float width, SKColor colour)
    {
        using SKPaint paint = new() { IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = width, Color = colour };
        (float sine, float cosine) = MathF.SinCos(degrees * MathF.PI / 180);
        canvas.DrawLine(sine * from, -cosine * from, sine * to, -cosine * to, paint);
    }

    /// <summary>A shining metal disc, or a square with rounded corners.</summary>
    public void Rim(float radius, bool square)
    {
        SKColor metal = Metal();
        using SKPaint paint = new() { IsAntialias = true };
        using SKShader shader = SKShader.CreateLinearGradient(
            new(-radius, -radius), new(radius, radius), [Lighter(metal, 1.35f), metal, Lighter(metal, 0.6f)], SKShaderTileMode.Clamp);
        paint.Shader = shader;
        Plate(radius, square, paint);
    }

    public void Shine(float radius)
    {
        using SKPaint paint = new() { IsAntialias = true };
        using SKShader shader = SKShader.CreateRadialGradient(
            new(-radius * 0.4f, -radius * 0.5f), radius * 1.5f, [SKColors.White.WithAlpha(50), SKColors.Black.WithAlpha(60)],
            SKShaderTileMode.Clamp);
        paint.Shader = shader;
        canvas.DrawCircle(0, 0, radius, paint);
    }

    public float Range(float low, float high) => low + (high - low) * (float)random.NextDouble();

    public SKColor? Pick(double chance, params SKColor[] colours) =>
        random.NextDouble() < chance ? colours[random.Next(colours.Length)] : null;

    public SKColor Any() => SKColor.FromHsv(random.Next(360), random.Next(100), random.Next(25, 100));

    public SKColor Dark() => SKColor.FromHsv(random.Next(360), random.Next(60), random.Next(5, 30));

    public SKColor Metal() =>
        Pick(0.8, SKColors.Silver, new SKColor(200, 170, 90), new SKColor(150, 150, 158), new SKColor(60, 60, 66),
        new SKColor(190, 130, 100)) ?? Any();

    public string Word() => string.Concat(Enumerable.Range(0, random.Next(4, 8)).Select(_ => (char)('A' + random.Next(26))));

    public static SKColor Lighter(SKColor colour, float factor)
    {
        colour.ToHsv(out float hue, out float saturation, out float value);
        return SKColor.FromHsv(hue, saturation, Math.Clamp(value * factor, 0, 100));
    }

    public static float Luminance(SKColor colour) => (0.299f * colour.Red + 0.587f * colour.Green + 0.114f * colour.Blue) / 255;
}
