using SkiaSharp;

namespace ClockFunctions.Samples;

/// <summary>Round things on a table: plates, pizzas, fruit.</summary>
internal static class Tableware
{
    public static void Plate(Sketch sketch)
    {
        SampleRandom random = sketch.Random;
        SKColor ground = random.Chance(0.65) ? Palette.Pale(random) : Palette.Any(random);
        SKColor mark = Palette.Ink(random, ground);
        if (random.Chance(0.5))
        {
            Cutlery(sketch);
        }

        sketch.Disc(1, ground);
        sketch.Ring(0.96f, 1, Palette.Shade(ground, -10));
        sketch.Ball(default, 0.68f, Palette.Shade(ground, 6), Palette.Shade(ground, -8));
        sketch.Circle(0.68f, 0.015f, Palette.Shade(ground, -20));

        // Rims are often divided like a dial: that is what makes a plate a fair look-alike.
        int marks = random.Pick(0, 8, 12, 12, 16, 24);
        for (int i = 0; i < marks; i++)
        {
            float angle = i * 360f / marks;
            if (marks is 8 or 16)
            {
                sketch.Disc(Sketch.At(angle, 0.83f), 0.06f, mark);
            }
            else
            {
                sketch.Tick(angle, 0.76f, 0.9f, 0.04f, mark);
            }
        }

        if (random.Chance(0.6))
        {
            sketch.Circle(0.93f, 0.03f, mark);
        }

        for (int i = random.Chance(0.5) ? random.Whole(1, 4) : 0; i > 0; i--)
        {
            SKPoint at = Sketch.At(random.Between(0, 360), random.Between(0.05f, 0.4f));
            sketch.Ball(at, random.Between(0.1f, 0.25f), Palette.Any(random), Palette.Dark(random));
        }
    }

    public static void Pizza(Sketch sketch)
    {
        SampleRandom random = sketch.Random;
        SKColor crust = SKColor.FromHsl(random.Between(26, 38), random.Between(50, 70), random.Between(45, 62));
        if (random.Chance(0.6))
        {
            sketch.Disc(1.15f, random.Chance(0.5) ? Palette.Wood(random) : Palette.Pale(random));
        }

        sketch.Ball(default, 1, Palette.Shade(crust, 8), Palette.Shade(crust, -18));
        sketch.Disc(0.87f, SKColor.FromHsl(random.Between(8, 18), 75, random.Between(38, 48)));
        for (int i = 0; i < 60; i++)
        {
            sketch.Disc(
                Sketch.At(random.Between(0, 360), 0.8f * MathF.Sqrt(random.Between(0, 1))), random.Between(0.04f, 0.14f),
                SKColor.FromHsl(random.Between(42, 52), random.Between(70, 90), random.Between(60, 80)).WithAlpha(200));
        }

        for (int i = random.Whole(6, 14); i > 0; i--)
        {
            SKPoint at = Sketch.At(random.Between(0, 360), 0.72f * MathF.Sqrt(random.Between(0, 1)));
            float radius = random.Between(0.09f, 0.14f);
            sketch.Ball(at, radius, new SKColor(190, 50, 35), new SKColor(120, 20, 15));
        }

        for (int i = random.Whole(0, 16); i > 0; i--)
        {
            SKPoint at = Sketch.At(random.Between(0, 360), 0.75f * MathF.Sqrt(random.Between(0, 1)));
            SKPoint end = at + Sketch.At(random.Between(0, 360), 0.12f);
            SKColor herb = SKColor.FromHsl(random.Between(80, 130), 60, random.Between(20, 40));
            sketch.Line(at, end, 0.05f, herb, SKStrokeCap.Round);
        }

        int cuts = random.Pick(0, 2, 3, 4);
        float turn = random.Between(0, 180);
        for (int i = 0; i < cuts; i++)
        {
            float angle = turn + (i * 180f / cuts);
            sketch.Line(Sketch.At(angle, 1), Sketch.At(angle + 180, 1), 0.025f, Palette.Shade(crust, -25));
        }
    }

    public static void Fruit(Sketch sketch)
    {
        SampleRandom random = sketch.Random;
        SKColor flesh = SKColor.FromHsl(random.Pick(8f, 28f, 50f, 90f, 350f), random.Between(70, 90), random.Between(50, 62));
        sketch.Disc(1, Palette.Shade(flesh, -10));
        sketch.Disc(0.94f, Palette.Shade(flesh, 32));
        sketch.Disc(0.87f, flesh);
        int wedges = random.Whole(8, 12);
        float turn = random.Between(0, 45);
        for (int i = 0; i < wedges; i++)
        {
            sketch.Tick(turn + (i * 360f / wedges), 0.08f, 0.88f, 0.05f, Palette.Shade(flesh, 28));
            for (int cell = 0; cell < 9; cell++)
            {
                float angle = turn + ((i + random.Between(0.25f, 0.75f)) * 360f / wedges);
                float radius = random.Between(0.25f, 0.75f);
                sketch.Tick(angle, radius, radius + 0.1f, 0.03f, Palette.Shade(flesh, random.Between(-12, 14)));
            }
        }

        sketch.Disc(0.1f, Palette.Shade(flesh, 32));
    }

    private static void Cutlery(Sketch sketch)
    {
        SKColor steel = new(185, 188, 192);
        sketch.Line(new SKPoint(-1.35f, -0.2f), new SKPoint(-1.35f, 0.95f), 0.09f, steel, SKStrokeCap.Round);
        for (int i = -1; i <= 1; i++)
        {
            SKPoint tip = new(-1.35f + (i * 0.07f), -0.7f);
            sketch.Line(tip, new SKPoint(-1.35f + (i * 0.05f), -0.2f), 0.035f, steel, SKStrokeCap.Round);
        }

        sketch.Line(new SKPoint(1.35f, 0.15f), new SKPoint(1.35f, 0.95f), 0.1f, steel, SKStrokeCap.Round);
        sketch.Polygon(
            Palette.Shade(steel, 8),
            new SKPoint(1.3f, 0.2f), new SKPoint(1.3f, -0.75f), new SKPoint(1.45f, -0.4f), new SKPoint(1.43f, 0.2f));
    }
}
