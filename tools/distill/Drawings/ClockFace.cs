using ClockFunctions.Core.Imaging;
using SkiaSharp;

namespace ClockFunctions.Distill.Drawings;

/// <summary>A face with hands: rim, ticks, numerals or none, sub-dials now and then.</summary>
public sealed class ClockFace(Pen pen)
{
    private static readonly string[] Roman = ["XII", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI"];

    public void Draw(float radius)
    {
        SKColor face = pen.Pick(0.55, SKColors.White, SKColors.Ivory, SKColors.WhiteSmoke, new SKColor(245, 235, 200), SKColors.Silver)
            ?? (pen.Random.NextDouble() < 0.6 ? pen.Dark() : pen.Any());
        SKColor ink = Pen.Luminance(face) > 0.5
            ? pen.Dark() : pen.Pick(1, SKColors.White, SKColors.Ivory, SKColors.Gold, SKColors.Silver)!.Value;
        bool square = pen.Random.NextDouble() < 0.25;
        pen.Canvas.Save();
        // Oblong cases and ovals.
        pen.Canvas.Scale(pen.Random.NextDouble() < (square ? 0.7 : 0.15) ? pen.Range(0.5f, 0.85f) : 1, 1);
        pen.Rim(radius, square);
        using (SKPaint paint = new() { IsAntialias = true, Color = face })
        {
            pen.Plate(radius * 0.88f, square, paint);
        }

        Bezel(radius, ink, square);
        pen.Shine(radius * 0.88f);
        if (pen.Random.NextDouble() < 0.3)
        {
            SubDials(radius, face, ink);
        }

        Ticks(radius, ink);
        Numerals(radius, ink);
        Hands(radius, ink);
        pen.Canvas.Restore();
    }

    // Marks on the rim itself, as divers' watches and chronographs have them.
    private void Bezel(float radius, SKColor ink, bool square)
    {
        if (square || pen.Random.NextDouble() < 0.65)
        {
            return;
        }

        int marks = pen.Random.NextDouble() < 0.5 ? 12 : 60;
        for (int i = 0; i < marks; i++)
        {
            pen.Ray(i * 360f / marks, radius * 0.9f, radius * 0.98f, radius * (marks == 12 ? 0.06f : 0.02f), ink);
        }
    }

    private void Ticks(float radius, SKColor ink)
    {
        bool minutes = pen.Random.NextDouble() < 0.7;
        float outer = radius * pen.Range(0.78f, 0.86f);
        float length = radius * pen.Range(0.05f, 0.14f);
        float width = radius * pen.Range(0.015f, 0.06f);
        for (int i = 0; i < 60; i++)
        {
            bool hour = i % 5 == 0;
            if (hour || minutes)
            {
                pen.Ray(i * 6, outer - (hour ? length : length * 0.5f), outer, hour ? width : width * 0.35f, ink);
            }
        }
    }

    private void Numerals(float radius, SKColor ink)
    {
        double style = pen.Random.NextDouble();
        if (style < 0.25)
        {
            return;
        }

        using SKTypeface typeface = TextFont.CreateTypeface();
        using SKFont font = new(typeface, radius * pen.Range(0.14f, 0.26f));
        using SKPaint paint = new() { IsAntialias = true, Color = ink };
        float at = radius * pen.Range(0.58f, 0.68f);
        int every = pen.Random.NextDouble() < 0.25 ? 3 : 1;
        for (int hour = 0; hour < 12; hour += every)
        {
            (float sine, float cosine) = MathF.SinCos(hour * MathF.PI / 6);
            string text = style < 0.5 ? Roman[hour] : (hour == 0 ? 12 : hour).ToString();
            pen.Canvas.DrawText(text, sine * at, -cosine * at + font.Size * 0.35f, SKTextAlign.Center, font, paint);
        }

        if (pen.Random.NextDouble() < 0.5)
        {
            font.Size = radius * 0.1f;
            pen.Canvas.DrawText(pen.Word(), 0, -radius * 0.28f, SKTextAlign.Center, font, paint);
        }
    }

    private void Hands(float radius, SKColor ink)
    {
        float hour = pen.Random.Next(360);
        float minute = pen.Random.NextDouble() < 0.3 ? 60 : pen.Random.Next(360);
        float width = radius * pen.Range(0.03f, 0.08f);
        pen.Ray(hour, -radius * 0.1f, radius * pen.Range(0.4f, 0.52f), width, ink);
        pen.Ray(minute, -radius * 0.12f, radius * pen.Range(0.62f, 0.8f), width * 0.75f, ink);
        if (pen.Random.NextDouble() < 0.5)
        {
            pen.Ray(pen.Random.Next(360), -radius * 0.2f, radius * 0.8f, width * 0.3f,
                pen.Random.NextDouble() < 0.5 ? SKColors.Firebrick : ink);
        }

        pen.Disc(radius * pen.Range(0.03f, 0.07f), ink);
    }

    private void SubDials(float radius, SKColor face, SKColor ink)
    {
        SKColor shade = Pen.Lighter(face, pen.Random.NextDouble() < 0.5 ? 0.85f : 1.2f);
        foreach (float angle in pen.Random.NextDouble() < 0.6 ? new float[] { 90, 180, 270 } : [180])
        {
            pen.Canvas.Save();
            pen.Canvas.RotateDegrees(angle);
            pen.Canvas.Translate(0, -radius * 0.42f);
            pen.Disc(radius * 0.2f, shade);
            pen.Ray(pen.Random.Next(360), 0, radius * 0.16f, radius * 0.02f, ink);
            pen.Canvas.Restore();
        }
    }
}
