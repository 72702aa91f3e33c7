using ClockFunctions.Core.Imaging;
using SkiaSharp;

namespace ClockFunctions.Samples;

/// <summary>
/// A canvas in the drawn thing's own units: it is about 2 wide, its middle is (0, 0), y runs down. Angles are in degrees,
/// clockwise from twelve o'clock.
/// </summary>
public sealed class Sketch(SKCanvas canvas, SampleRandom random)
{
    private static readonly SKTypeface Typeface = TextFont.CreateTypeface();

    public SKCanvas Canvas => canvas;

    public SampleRandom Random => random;

    /// <summary>The point at an angle and a distance from the middle.</summary>
    public static SKPoint At(float degrees, float radius) => new(
        radius * MathF.Sin(degrees * MathF.PI / 180), -radius * MathF.Cos(degrees * MathF.PI / 180));

    /// <summary>Fills the whole picture.</summary>
    public void Ground(SKColor color) => canvas.Clear(color);

    public void Disc(SKPoint center, float radius, SKColor color)
    {
        using SKPaint paint = Filled(color);
        canvas.DrawCircle(center, radius, paint);
    }

    public void Disc(float radius, SKColor color) => Disc(default, radius, color);

    /// <summary>A disc lit from one side.</summary>
    public void Ball(SKPoint center, float radius, SKColor lit, SKColor shaded)
    {
        using SKPaint paint = Filled(lit);
        using SKShader shader = SKShader.CreateRadialGradient(
            center - new SKPoint(radius * 0.4f, radius * 0.5f), radius * 1.6f, [lit, shaded], SKShaderTileMode.Clamp);
        paint.Shader = shader;
        canvas.DrawCircle(center, radius, paint);
    }

    /// <summary>A ring between two radii that looks turned or cast: light runs around it.</summary>
    public void Ring(float inner, float outer, SKColor color)
    {
        using SKPaint paint = Stroked(color, outer - inner);
        float turn = random.Between(0, 360);
        using SKShader shader = SKShader.CreateSweepGradient(
            default,
            [color, Palette.Shade(color, 18), Palette.Shade(color, -14), Palette.Shade(color, 10), color],
            [0, 0.2f, 0.55f, 0.8f, 1],
            SKMatrix.CreateRotationDegrees(turn));
        paint.Shader = shader;
        canvas.DrawCircle(0, 0, (inner + outer) / 2, paint);
        Circle(inner, 0.012f, Palette.Shade(color, -25));
        Circle(outer, 0.012f, Palette.Shade(color, -25));
    }

    public void Circle(float radius, float width, SKColor color)
    {
        using SKPaint paint = Stroked(color, width);
        canvas.DrawCircle(0, 0, radius, paint);
    }

    /// <summary>Part of a circle.</summary>
    public void Arc(float radius, float from, float to, float width, SKColor color)
    {
        using SKPaint paint = Stroked(color, width);
        canvas.DrawArc(new SKRect(-radius, -radius, radius, radius), from - 90, to - from, useCenter: false, paint);
    }

    /// <summary>A slice of a ring, or of a disc where the inner radius is 0.</summary>
    public void Slice(float inner, float outer, float from, float to, SKColor color)
    {
        using SKPath path = new();
        path.ArcTo(new SKRect(-outer, -outer, outer, outer), from - 90, to - from, forceMoveTo: true);
        if (inner > 0)
        {
            path.ArcTo(new SKRect(-inner, -inner, inner, inner), to - 90, from - to, forceMoveTo: false);
        }
        else
        {
            path.LineTo(default);
        }

        path.Close();
        Fill(path, color);
    }

    public void Line(SKPoint from, SKPoint to, float width, SKColor color, SKStrokeCap cap = SKStrokeCap.Butt)
    {
        using SKPaint paint = Stroked(color, width);
        paint.StrokeCap = cap;
        canvas.DrawLine(from, to, paint);
    }

    /// <summary>A line along a radius.</summary>
    public void Tick(float degrees, float inner, float outer, float width, SKColor color) =>
        Line(At(degrees, inner), At(degrees, outer), width, color);

    public void Box(float left, float top, float right, float bottom, float round, SKColor color)
    {
        using SKPaint paint = Filled(color);
        canvas.DrawRoundRect(new SKRect(left, top, right, bottom), round, round, paint);
    }

    /// <summary>A box lit from above.</summary>
    public void Block(float left, float top, float right, float bottom, float round, SKColor color)
    {
        using SKPaint paint = Filled(color);
        using SKShader shader = SKShader.CreateLinearGradient(
            new SKPoint(left, top), new SKPoint(left, bottom),
            [Palette.Shade(color, 14), color, Palette.Shade(color, -16)], SKShaderTileMode.Clamp);
        paint.Shader = shader;
        canvas.DrawRoundRect(new SKRect(left, top, right, bottom), round, round, paint);
    }

    public void Polygon(SKColor color, params ReadOnlySpan<SKPoint> points)
    {
        using SKPath path = new();
        path.MoveTo(points[0]);
        foreach (SKPoint point in points[1..])
        {
            path.LineTo(point);
        }

        path.Close();
        Fill(path, color);
    }

    /// <summary>Text whose middle is a point.</summary>
    public void Text(string text, SKPoint middle, float height, SKColor color, float degrees = 0, float slant = 0, float widen = 1)
    {
        // Fonts are hinted for whole pixels: drawn large and scaled down, they stay smooth in these small units.
        const float DrawnSize = 64;
        using SKFont font = new(Typeface, DrawnSize) { Subpixel = true, SkewX = -slant, ScaleX = widen, Embolden = random.Chance(0.4) };
        using SKPaint paint = Filled(color);
        float width = font.MeasureText(text, out SKRect bounds, paint);
        canvas.Save();
        canvas.Translate(middle.X, middle.Y);
        canvas.RotateDegrees(degrees);
        canvas.Scale(height / DrawnSize);
        canvas.DrawText(text, -width / 2, -bounds.MidY, font, paint);
        canvas.Restore();
    }

    /// <summary>Draws with everything turned about the middle.</summary>
    public void Turned(float degrees, Action draw)
    {
        canvas.Save();
        canvas.RotateDegrees(degrees);
        draw();
        canvas.Restore();
    }

    /// <summary>Draws in other units: the middle at a point, everything smaller or larger.</summary>
    public void Placed(SKPoint middle, float scale, Action draw)
    {
        canvas.Save();
        canvas.Translate(middle.X, middle.Y);
        canvas.Scale(scale);
        draw();
        canvas.Restore();
    }

    private void Fill(SKPath path, SKColor color)
    {
        using SKPaint paint = Filled(color);
        canvas.DrawPath(path, paint);
    }

    public static SKPaint Filled(SKColor color) => new() { Color = color, IsAntialias = true };

    public static SKPaint Stroked(SKColor color, float width) =>
        new() { Color = color, IsAntialias = true, IsStroke = true, StrokeWidth = width };
}
