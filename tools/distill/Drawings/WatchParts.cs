using SkiaSharp;

namespace ClockFunctions.Distill.Drawings;

/// <summary>What makes a face a watch: strap, crown, the ring of a pocket watch.</summary>
public sealed class WatchParts(Pen pen)
{
    // Two bands that narrow a little, of leather (stitched) or of metal (links).
    public void Strap(float radius)
    {
        bool metal = pen.Random.NextDouble() < 0.5;
        SKColor colour = metal
            ? pen.Metal()
            : pen.Pick(0.8, new SKColor(60, 35, 20), new SKColor(20, 20, 22), new SKColor(110, 65, 35), new SKColor(40, 45, 70))
            ?? pen.Any();
        float wide = radius * pen.Range(0.55f, 0.8f);
        float narrow = wide * pen.Range(0.75f, 1);
        float length = radius * pen.Range(1.6f, 3.5f);
        using SKPaint fill = new() { IsAntialias = true };
        using SKShader shader = SKShader.CreateLinearGradient(
            new(-wide, 0), new(wide, 0), [Pen.Lighter(colour, 0.6f), Pen.Lighter(colour, 1.2f), Pen.Lighter(colour, 0.6f)],
            SKShaderTileMode.Clamp);
        fill.Shader = shader;
        using SKPaint line = new()
        {
            IsAntialias = true,
            Style = SKPaintStyle.Stroke,
            StrokeWidth = radius * 0.03f,
            Color = Pen.Lighter(colour, 0.5f),
        };
        foreach (int side in new[] { -1, 1 })
        {
            using SKPath outline = new();
            outline.MoveTo(-wide, 0);
            outline.LineTo(wide, 0);
            outline.LineTo(narrow, side * length);
            outline.LineTo(-narrow, side * length);
            outline.Close();
            pen.Canvas.DrawPath(outline, fill);
            for (float y = radius; metal && y < length; y += radius * 0.22f)
            {
                pen.Canvas.DrawLine(-wide, side * y, wide, side * y, line);
            }

            if (metal)
            {
                pen.Canvas.DrawLine(-wide * 0.35f, side * radius, -narrow * 0.35f, side * length, line);
                pen.Canvas.DrawLine(wide * 0.35f, side * radius, narrow * 0.35f, side * length, line);
            }
        }
    }

    public void Crown(float radius)
    {
        using SKPaint paint = new() { IsAntialias = true, Color = pen.Metal() };
        foreach (float angle in pen.Random.NextDouble() < 0.3 ? new float[] { 60, 90, 120 } : [90])
        {
            pen.Canvas.Save();
            pen.Canvas.RotateDegrees(angle);
            pen.Canvas.DrawRect(-radius * 0.09f, -radius * 1.14f, radius * 0.18f, radius * 0.2f, paint);
            pen.Canvas.Restore();
        }
    }

    public void Ring(float radius)
    {
        SKColor metal = pen.Metal();
        using SKPaint ring = new() { IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = radius * 0.08f, Color = metal };
        pen.Canvas.DrawCircle(0, -radius * 1.38f, radius * 0.22f, ring);
        using SKPaint stem = new() { IsAntialias = true, Color = Pen.Lighter(metal, 0.8f) };
        pen.Canvas.DrawRect(-radius * 0.12f, -radius * 1.25f, radius * 0.24f, radius * 0.3f, stem);
    }
}
