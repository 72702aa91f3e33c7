using SkiaSharp;

namespace ClockFunctions.Distill.Drawings;

/// <summary>Seven-segment digits on a display.</summary>
public sealed class DigitalFace(Pen pen)
{
    public void Draw(float radius)
    {
        float width = radius * pen.Range(0.95f, 1.25f);
        float height = radius * pen.Range(0.6f, 1);
        using SKPaint body = new() { IsAntialias = true, Color = pen.Random.NextDouble() < 0.6 ? pen.Dark() : pen.Metal() };
        pen.Canvas.DrawRoundRect(SKRect.Create(-width, -height, 2 * width, 2 * height), radius * 0.2f, radius * 0.2f, body);
        bool lit = pen.Random.NextDouble() < 0.5;
        using SKPaint glass = new() { Color = lit ? new SKColor(10, 10, 12) : new SKColor(165, 180, 150) };
        pen.Canvas.DrawRect(-width * 0.8f, -height * 0.6f, width * 1.6f, height * 1.2f, glass);
        using SKPaint segment = new()
        {
            IsAntialias = true,
            Style = SKPaintStyle.Stroke,
            StrokeWidth = height * 0.1f,
            Color = lit
            ? pen.Pick(1, SKColors.Red, SKColors.LimeGreen, SKColors.Orange, SKColors.DeepSkyBlue)!.Value : new SKColor(25, 30, 25),
        };
        for (int digit = 0; digit < 4; digit++)
        {
            float left = -width * 0.7f + digit * width * 0.36f + (digit > 1 ? width * 0.06f : 0);
            Digit(pen.Random.Next(10), SKRect.Create(left, -height * 0.4f, width * 0.25f, height * 0.8f), segment);
        }

        using SKPaint dot = new() { Color = segment.Color };
        pen.Canvas.DrawCircle(0, -height * 0.15f, height * 0.06f, dot);
        pen.Canvas.DrawCircle(0, height * 0.15f, height * 0.06f, dot);
    }

    private void Digit(int digit, SKRect box, SKPaint paint)
    {
        // Segments a to g, bit 0 to bit 6, of the digits 0 to 9.
        int segments = new[] { 0x3f, 0x06, 0x5b, 0x4f, 0x66, 0x6d, 0x7d, 0x07, 0x7f, 0x6f }[digit];
        (SKPoint From, SKPoint To)[] lines =
        [
            (new(box.Left, box.Top), new(box.Right, box.Top)), (new(box.Right, box.Top), new(box.Right, box.MidY)),
            (new(box.Right, box.MidY), new(box.Right, box.Bottom)), (new(box.Left, box.Bottom), new(box.Right, box.Bottom)),
            (new(box.Left, box.MidY), new(box.Left, box.Bottom)), (new(box.Left, box.Top), new(box.Left, box.MidY)),
            (new(box.Left, box.MidY), new(box.Right, box.MidY)),
        ];
        for (int i = 0; i < lines.Length; i++)
        {
            if ((segments >> i & 1) == 1)
            {
                pen.Canvas.DrawLine(lines[i].From, lines[i].To, paint);
            }
        }
    }
}
