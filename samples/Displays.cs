using SkiaSharp;

namespace ClockFunctions.Samples;

/// <summary>Digits of seven segments: clocks that have them, and other things that have them too.</summary>
internal static class Displays
{
    /// <summary>Segments a–g as bits 0–6: top, upper right, lower right, bottom, lower left, upper left, middle.</summary>
    private static readonly byte[] Segments = [0x3F, 0x06, 0x5B, 0x4F, 0x66, 0x6D, 0x7D, 0x07, 0x7F, 0x6F];

    public static void AlarmClock(Sketch sketch)
    {
        SampleRandom random = sketch.Random;
        SKColor body = random.Pick(Palette.Dark(random), Palette.Wood(random), Palette.Pale(random), Palette.Any(random));
        float height = random.Between(0.42f, 0.75f);
        sketch.Block(-1.2f, -height, 1.2f, height, random.Between(0.03f, 0.3f), body);
        if (random.Chance(0.6))
        {
            for (int i = 0; i < 4; i++)
            {
                sketch.Block(-0.9f + (i * 0.5f), -height - 0.08f, -0.6f + (i * 0.5f), -height + 0.02f, 0.03f, Palette.Shade(body, 12));
            }
        }

        float margin = height - random.Between(0.12f, 0.2f);
        Clock(sketch, new SKRect(-1.05f, -margin, 1.05f, margin), seconds: false);
    }

    /// <summary>A display that shows a time of day.</summary>
    public static void Clock(Sketch sketch, SKRect area, bool seconds)
    {
        SampleRandom random = sketch.Random;
        (SKColor ground, SKColor lit) = Colors(random);
        int hour = random.Whole(0, 23);
        string time = $"{(random.Chance(0.5) ? $"{hour:00}" : $"{Math.Max(1, hour % 12),2}")}:{random.Whole(0, 59):00}";
        sketch.Box(area.Left, area.Top, area.Right, area.Bottom, 0.04f, ground);
        float big = Math.Min(area.Height * 0.62f, area.Width / 3.1f);
        Digits(sketch, time, new SKPoint(area.MidX, area.MidY + (seconds ? 0.06f : 0)), big, lit);
        if (seconds)
        {
            sketch.Text(
                $"{random.Pick("MO", "TU", "WE", "TH", "FR", "SA", "SU")}  {random.Whole(1, 31)}-{random.Whole(1, 12)}",
                new SKPoint(area.MidX, area.Top + 0.13f), 0.15f, lit);
        }
        else if (random.Chance(0.3))
        {
            sketch.Text(random.Pick("AM", "PM"), new SKPoint(area.Right - 0.14f, area.Top + 0.13f), 0.14f, lit);
        }
    }

    public static void Calculator(Sketch sketch)
    {
        SampleRandom random = sketch.Random;
        SKColor body = random.Pick(Palette.Dark(random), Palette.Pale(random), Palette.Body(random));
        sketch.Block(-0.8f, -1.15f, 0.8f, 1.15f, 0.12f, body);
        (SKColor ground, SKColor lit) = Colors(random);
        sketch.Box(-0.66f, -1.0f, 0.66f, -0.58f, 0.04f, ground);
        Digits(sketch, $"{random.Whole(1, 99999)}", new SKPoint(0.1f, -0.79f), 0.28f, lit);
        SKColor key = random.Chance(0.5) ? Palette.Shade(body, 25) : Palette.Shade(body, -15);
        string[] names = ["7", "8", "9", "÷", "4", "5", "6", "×", "1", "2", "3", "-", "0", ".", "=", "+"];
        for (int i = 0; i < 16; i++)
        {
            (float x, float y) = (-0.495f + (i % 4 * 0.33f), -0.3f + (i / 4 * 0.37f));
            sketch.Block(x - 0.13f, y - 0.13f, x + 0.13f, y + 0.13f, 0.04f, i % 4 == 3 ? Palette.Shade(key, -10) : key);
            sketch.Text(names[i], new SKPoint(x, y), 0.16f, Palette.Ink(random, key));
        }
    }

    /// <summary>A kitchen scale, a thermostat or a fuel price: digits that tell no time.</summary>
    public static void Meter(Sketch sketch)
    {
        SampleRandom random = sketch.Random;
        SKColor body = random.Pick(Palette.Dark(random), Palette.Metal(random), Palette.Pale(random), Palette.Any(random));
        float height = random.Between(0.45f, 0.95f);
        sketch.Block(-1.2f, -height, 1.2f, height, random.Between(0.03f, 0.3f), body);
        (SKColor ground, SKColor lit) = Colors(random);
        sketch.Box(-0.95f, -height + 0.12f, 0.95f, 0.25f, 0.04f, ground);
        (string digits, string unit) = random.Pick(
            ($"{random.Whole(150, 290) / 10f:0.0}", "°C"),
            ($"{random.Whole(1, 1999)}", "g"),
            ($"{random.Whole(120, 239) / 100f:0.00}", "€/l"),
            ($"{random.Whole(1, 230)}", "V"));
        Digits(sketch, digits, new SKPoint(-0.15f, (-height + 0.37f) / 2), Math.Min(0.5f, height * 0.75f), lit);
        sketch.Text(unit, new SKPoint(0.78f, 0.08f), 0.2f, lit);
        for (int i = 0; i < 3; i++)
        {
            sketch.Disc(new SKPoint(-0.5f + (i * 0.5f), (0.25f + height) / 2), 0.08f, Palette.Shade(body, 25));
        }
    }

    private static (SKColor Ground, SKColor Lit) Colors(SampleRandom random) => random.Whole(0, 3) switch
    {
        0 => (new SKColor(18, 8, 8), new SKColor(255, 60, 40)),
        1 => (new SKColor(8, 16, 12), new SKColor(60, 255, 140)),
        2 => (new SKColor(8, 12, 24), new SKColor(120, 200, 255)),
        _ => (SKColor.FromHsl(random.Between(70, 110), random.Between(8, 25), random.Between(58, 74)), new SKColor(24, 28, 24)),
    };

    private static void Digits(Sketch sketch, string text, SKPoint middle, float height, SKColor lit)
    {
        float advance = height * 0.72f;
        float Width(char c) => c is ':' or '.' ? advance * 0.45f : advance;
        float x = middle.X - (text.Sum(Width) / 2);
        foreach (char c in text)
        {
            if (c is ':' or '.')
            {
                sketch.Disc(new SKPoint(x + (Width(c) / 2), middle.Y + (height * (c == ':' ? 0.2f : 0.45f))), height * 0.06f, lit);
                if (c == ':')
                {
                    sketch.Disc(new SKPoint(x + (Width(c) / 2), middle.Y - (height * 0.2f)), height * 0.06f, lit);
                }
            }
            else if (char.IsAsciiDigit(c))
            {
                Digit(sketch, c - '0', new SKPoint(x + (advance / 2), middle.Y), height, lit);
            }

            x += Width(c);
        }
    }

    private static void Digit(Sketch sketch, int digit, SKPoint middle, float height, SKColor lit)
    {
        (float w, float h) = (height * 0.24f, height * 0.46f);
        SKPoint[] corners =
        [
            new(-w, -h), new(w, -h), new(w, 0), new(w, h), new(-w, h), new(-w, 0),
        ];
        (int From, int To)[] ends = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 0), (5, 2)];
        for (int segment = 0; segment < ends.Length; segment++)
        {
            SKColor color = ((Segments[digit] >> segment) & 1) == 1 ? lit : lit.WithAlpha(22);
            (SKPoint from, SKPoint to) = (middle + corners[ends[segment].From], middle + corners[ends[segment].To]);
            SKPoint gap = new((to.X - from.X) * 0.12f, (to.Y - from.Y) * 0.12f);
            sketch.Line(from + gap, to - gap, height * 0.11f, color, SKStrokeCap.Round);
        }
    }
}
