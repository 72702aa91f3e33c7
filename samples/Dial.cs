using SkiaSharp;

namespace ClockFunctions.Samples;

/// <summary>The face of a clock with hands: ticks, numerals and hands in many styles, showing any time.</summary>
internal static class Dial
{
    private static readonly string[] Roman = ["XII", "I", "II", "III", "IIII", "V", "VI", "VII", "VIII", "IX", "X", "XI"];

    /// <summary>Draws a face of radius 1 within whatever shape the caller has filled with <paramref name="ground"/>.</summary>
    public static void Draw(Sketch sketch, SKColor ground)
    {
        SampleRandom random = sketch.Random;
        SKColor ink = Palette.Ink(random, ground);
        int numerals = random.Whole(0, 4);
        if (random.Chance(0.35))
        {
            sketch.Circle(random.Between(0.9f, 0.97f), 0.012f, ink);
        }

        Ticks(sketch, ink, random.Between(0.88f, 0.96f));
        Numerals(sketch, ink, numerals);
        if (random.Chance(0.35))
        {
            Subdials(sketch, ground, ink);
        }

        if (random.Chance(0.35))
        {
            sketch.Text(Brand(random), new SKPoint(0, -0.38f), random.Between(0.09f, 0.13f), ink, slant: random.Chance(0.3) ? 0.25f : 0);
        }

        if (random.Chance(0.25))
        {
            sketch.Box(0.5f, -0.08f, 0.7f, 0.08f, 0.02f, SKColors.White);
            sketch.Text($"{random.Whole(1, 31)}", new SKPoint(0.6f, 0), 0.13f, SKColors.Black);
        }

        Hands(sketch, ground, ink);
    }

    private static void Ticks(Sketch sketch, SKColor ink, float outer)
    {
        SampleRandom random = sketch.Random;
        int style = random.Whole(0, 4);
        float length = random.Between(0.06f, 0.16f);
        float width = random.Between(0.02f, 0.06f);
        bool minutes = random.Chance(0.6);
        for (int minute = 0; minute < 60; minute++)
        {
            float angle = minute * 6;
            bool hour = minute % 5 == 0;
            if (!hour)
            {
                if (minutes && style != 4)
                {
                    sketch.Tick(angle, outer - (length * 0.4f), outer, width * 0.3f, ink);
                }

                continue;
            }

            switch (style)
            {
                case 0 or 1:
                    sketch.Tick(angle, outer - length, outer, minute % 15 == 0 ? width * 1.5f : width, ink);
                    break;
                case 2:
                    sketch.Disc(Sketch.At(angle, outer - 0.05f), minute % 15 == 0 ? width : width * 0.7f, ink);
                    break;
                case 3:
                    sketch.Polygon(ink, Sketch.At(angle, outer - length), Sketch.At(angle - 2.2f, outer), Sketch.At(angle + 2.2f, outer));
                    break;
                default:
                    if (minute % 15 == 0)
                    {
                        sketch.Tick(angle, outer - length, outer, width, ink);
                    }

                    break;
            }
        }
    }

    private static void Numerals(Sketch sketch, SKColor ink, int style)
    {
        SampleRandom random = sketch.Random;
        if (style == 0)
        {
            return;
        }

        bool roman = style == 2;
        bool upright = !roman || random.Chance(0.3);
        float radius = random.Between(0.66f, 0.74f);
        float height = roman ? random.Between(0.16f, 0.24f) : random.Between(0.18f, 0.32f);
        float slant = random.Chance(0.2) ? 0.25f : 0;
        float widen = random.Between(0.75f, 1.1f);
        for (int hour = 0; hour < 12; hour++)
        {
            if (style == 3 && hour % 3 != 0)
            {
                continue;
            }

            string text = roman ? Roman[hour] : $"{(hour == 0 ? 12 : hour)}";
            float turn = upright ? 0 : hour * 30;
            sketch.Text(text, Sketch.At(hour * 30, radius), height, ink, turn, slant, widen);
        }
    }

    private static void Subdials(Sketch sketch, SKColor ground, SKColor ink)
    {
        SampleRandom random = sketch.Random;
        SKColor inner = Palette.Shade(ground, random.Between(-16, 10));
        foreach (float angle in random.Chance(0.5) ? [180f] : new[] { 90f, 180f, 270f })
        {
            float hand = random.Between(0, 360);
            sketch.Placed(Sketch.At(angle, 0.45f), 0.2f, () =>
            {
                sketch.Disc(1, inner);
                sketch.Circle(1, 0.05f, ink);
                for (int i = 0; i < 12; i++)
                {
                    sketch.Tick(i * 30, 0.75f, 0.95f, 0.06f, ink);
                }

                sketch.Line(default, Sketch.At(hand, 0.8f), 0.1f, ink);
            });
        }
    }

    private static void Hands(Sketch sketch, SKColor ground, SKColor ink)
    {
        SampleRandom random = sketch.Random;
        int minute = random.Whole(0, 59);
        float hour = random.Whole(0, 11) + (minute / 60f);
        int style = random.Whole(0, 4);
        SKColor color = random.Chance(0.75) ? ink : Palette.Metal(random);
        float width = random.Between(0.05f, 0.1f);
        Hand(sketch, hour * 30, random.Between(0.45f, 0.58f), width * 1.25f, style, color, ground);
        Hand(sketch, minute * 6, random.Between(0.7f, 0.88f), width, style, color, ground);
        if (random.Chance(0.65))
        {
            SKColor second = random.Chance(0.5) ? new SKColor(200, 30, 30) : color;
            float angle = random.Whole(0, 59) * 6;
            sketch.Line(Sketch.At(angle + 180, 0.2f), Sketch.At(angle, random.Between(0.75f, 0.92f)), 0.022f, second);
            sketch.Disc(0.05f, second);
        }

        sketch.Disc(random.Between(0.03f, 0.08f), color);
    }

    private static void Hand(Sketch sketch, float angle, float length, float width, int style, SKColor color, SKColor ground) =>
        sketch.Turned(angle, () => Hand(sketch, length, width, style, color, ground));

    /// <summary>A hand that points up.</summary>
    private static void Hand(Sketch sketch, float length, float width, int style, SKColor color, SKColor ground)
    {
        switch (style)
        {
            case 0: // baton
                sketch.Line(new SKPoint(0, 0.1f), new SKPoint(0, -length), width, color);
                break;
            case 1: // taper
                sketch.Polygon(
                    color, new SKPoint(-width / 2, 0.12f), new SKPoint(width / 2, 0.12f),
                    new SKPoint(width * 0.15f, -length), new SKPoint(-width * 0.15f, -length));
                break;
            case 2: // leaf
                sketch.Polygon(
                    color, new SKPoint(0, 0), new SKPoint(width * 0.9f, -length * 0.5f),
                    new SKPoint(0, -length), new SKPoint(-width * 0.9f, -length * 0.5f));
                break;
            case 3: // baton with a light core
                sketch.Line(new SKPoint(0, 0.08f), new SKPoint(0, -length), width * 1.3f, color, SKStrokeCap.Round);
                SKColor core = Palette.Shade(ground, 5);
                sketch.Line(new SKPoint(0, -length * 0.3f), new SKPoint(0, -length * 0.95f), width * 0.55f, core, SKStrokeCap.Round);
                break;
            default: // stem with a spade
                sketch.Line(new SKPoint(0, 0.06f), new SKPoint(0, -length), width * 0.45f, color);
                sketch.Disc(new SKPoint(0, -length * 0.68f), width * 0.95f, color);
                sketch.Polygon(
                    color,
                    new SKPoint(-width * 0.7f, -length * 0.75f), new SKPoint(width * 0.7f, -length * 0.75f), new SKPoint(0, -length));
                break;
        }
    }

    internal static string Brand(SampleRandom random) => random.Pick(
        "ALMA", "Nordlicht", "HORA", "Vega", "Tempo", "KIENZ", "Linde", "ORBIS", "Tessera", "MONT", "Quarz", "Delta", "Riva", "CASA");
}
