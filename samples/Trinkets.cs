using SkiaSharp;

namespace ClockFunctions.Samples;

/// <summary>Small and playful round things: buttons, coins, targets, flowers, balls, mirrors, belts.</summary>
internal static class Trinkets
{
    public static void Button(Sketch sketch)
    {
        SampleRandom random = sketch.Random;
        SKColor color = random.Chance(0.7) ? Palette.Any(random) : Palette.Body(random);
        sketch.Ball(default, 1, Palette.Shade(color, 12), Palette.Shade(color, -18));
        sketch.Ring(0.8f, 0.98f, color);
        sketch.Ball(default, 0.76f, Palette.Shade(color, -4), Palette.Shade(color, 10));
        int holes = random.Pick(2, 4, 4);
        float radius = random.Between(0.2f, 0.28f);
        float turn = random.Between(0, 90);
        SKColor thread = Palette.Any(random);
        for (int i = 0; i < holes; i++)
        {
            sketch.Disc(Sketch.At(turn + (i * 360f / holes), radius), 0.11f, Palette.Shade(color, -45));
        }

        if (random.Chance(0.5))
        {
            for (int i = 0; i < holes / 2; i++)
            {
                sketch.Line(Sketch.At(turn + (i * 90), radius), Sketch.At(turn + (i * 90) + 180, radius), 0.08f, thread, SKStrokeCap.Round);
            }
        }
    }

    public static void Coin(Sketch sketch)
    {
        SampleRandom random = sketch.Random;
        SKColor metal = Palette.Metal(random);
        sketch.Ball(default, 1, Palette.Shade(metal, 14), Palette.Shade(metal, -14));
        sketch.Ring(0.92f, 1, metal);
        int beads = random.Pick(0, 36, 60);
        for (int i = 0; i < beads; i++)
        {
            sketch.Disc(Sketch.At(i * 360f / beads, 0.86f), 0.022f, Palette.Shade(metal, 18));
        }

        string motto = random.Pick("REPUBLICA", "LIBERTAS", "CONCORDIA", "HELVETIA") + "·" + random.Whole(1880, 2024);
        float step = random.Between(10, 14);
        for (int i = 0; i < motto.Length; i++)
        {
            float angle = (i - ((motto.Length - 1) / 2f)) * step;
            sketch.Text($"{motto[i]}", Sketch.At(angle, 0.72f), 0.15f, Palette.Shade(metal, -28), angle);
        }

        if (random.Chance(0.5))
        {
            sketch.Text($"{random.Pick(1, 2, 5, 10, 20, 50)}", new SKPoint(0.02f, 0.12f), 0.75f, Palette.Shade(metal, 26));
            sketch.Text($"{random.Pick(1, 2, 5, 10, 20, 50)}", new SKPoint(0, 0.1f), 0.75f, Palette.Shade(metal, -22));
        }
        else
        {
            // A head in profile, roughly.
            SKColor relief = Palette.Shade(metal, random.Chance(0.5) ? 18 : -18);
            sketch.Disc(new SKPoint(0.02f, -0.08f), 0.3f, relief);
            sketch.Polygon(
                relief, new SKPoint(-0.3f, 0), new SKPoint(-0.42f, 0.12f), new SKPoint(-0.28f, 0.16f),
                new SKPoint(-0.25f, 0.3f), new SKPoint(0.1f, 0.25f), new SKPoint(0.25f, 0));
            sketch.Polygon(relief, new SKPoint(-0.1f, 0.2f), new SKPoint(0.2f, 0.1f), new SKPoint(0.35f, 0.6f), new SKPoint(-0.3f, 0.6f));
        }
    }

    public static void Dartboard(Sketch sketch)
    {
        SampleRandom random = sketch.Random;
        int[] numbers = [20, 1, 18, 4, 13, 6, 10, 15, 2, 17, 3, 19, 7, 16, 8, 11, 14, 9, 12, 5];
        SKColor red = random.Pick(new SKColor(190, 40, 35), Palette.Any(random));
        SKColor green = random.Pick(new SKColor(30, 110, 60), Palette.Any(random));
        SKColor pale = Palette.Pale(random);
        sketch.Disc(1.15f, new SKColor(25, 25, 25));
        for (int i = 0; i < 20; i++)
        {
            (float from, float to) = ((i * 18) - 9, (i * 18) + 9);
            sketch.Slice(0.1f, 0.92f, from, to, i % 2 == 0 ? new SKColor(30, 28, 26) : pale);
            sketch.Slice(0.52f, 0.6f, from, to, i % 2 == 0 ? red : green);
            sketch.Slice(0.84f, 0.92f, from, to, i % 2 == 0 ? red : green);
            sketch.Text($"{numbers[i]}", Sketch.At(i * 18, 1.03f), 0.15f, SKColors.WhiteSmoke);
        }

        sketch.Disc(0.12f, green);
        sketch.Disc(0.06f, red);
        for (int i = random.Whole(0, 3); i > 0; i--)
        {
            SKPoint tip = Sketch.At(random.Between(0, 360), random.Between(0, 0.7f));
            SKPoint end = tip + new SKPoint(random.Between(0.2f, 0.45f), random.Between(0.1f, 0.35f));
            sketch.Line(tip, end, 0.045f, SKColors.Silver, SKStrokeCap.Round);
            sketch.Polygon(Palette.Any(random), end, end + new SKPoint(0.2f, 0.02f), end + new SKPoint(0.12f, 0.18f));
        }
    }

    public static void Target(Sketch sketch)
    {
        SampleRandom random = sketch.Random;
        (SKColor one, SKColor two) = (Palette.Any(random), Palette.Pale(random));
        int rings = random.Whole(3, 7);
        for (int i = 0; i < rings; i++)
        {
            sketch.Disc(1 - ((float)i / rings), i % 2 == 0 ? one : two);
        }
    }

    public static void Flower(Sketch sketch)
    {
        SampleRandom random = sketch.Random;
        SKColor petal = SKColor.FromHsl(random.Pick(48f, 330f, 0f, 270f, 20f), random.Between(60, 95), random.Between(55, 90));
        int petals = random.Whole(9, 22);
        float width = 2.4f / petals;
        for (int layer = 0; layer < 2; layer++)
        {
            for (int i = 0; i < petals; i++)
            {
                sketch.Turned((i + (layer * 0.5f)) * 360f / petals, () =>
                {
                    using SKPaint paint = Sketch.Filled(Palette.Shade(petal, random.Between(-12, 6) - (layer == 0 ? 10 : 0)));
                    sketch.Canvas.DrawOval(0, -0.68f, width, 0.36f, paint);
                });
            }
        }

        SKColor heart = SKColor.FromHsl(random.Between(25, 50), 70, random.Between(18, 50));
        sketch.Ball(default, 0.42f, Palette.Shade(heart, 10), Palette.Shade(heart, -12));
        for (int i = 0; i < 120; i++)
        {
            // Seeds sit at the golden angle.
            sketch.Disc(Sketch.At(i * 137.5f, 0.4f * MathF.Sqrt(i / 120f)), 0.02f, Palette.Shade(heart, i % 3 == 0 ? 18 : -12));
        }
    }

    public static void Ball(Sketch sketch)
    {
        SampleRandom random = sketch.Random;
        SKColor color = random.Chance(0.4) ? SKColor.FromHsl(22, 80, 48) : Palette.Any(random);
        sketch.Ball(default, 1, Palette.Shade(color, 14), Palette.Shade(color, -28));
        SKColor line = Palette.Ink(random, color);
        sketch.Turned(random.Between(0, 180), () =>
        {
            sketch.Line(new SKPoint(0, -1), new SKPoint(0, 1), 0.035f, line);
            sketch.Line(new SKPoint(-1, 0), new SKPoint(1, 0), 0.035f, line);
            sketch.Placed(new SKPoint(-1.15f, 0), 0.8f, () => sketch.Arc(1, 38, 142, 0.045f, line));
            sketch.Placed(new SKPoint(1.15f, 0), 0.8f, () => sketch.Arc(1, 218, 322, 0.045f, line));
        });
    }

    public static void Mirror(Sketch sketch)
    {
        SampleRandom random = sketch.Random;
        SKColor frame = Palette.Body(random);
        SKColor glass = SKColor.FromHsl(random.Between(180, 230), random.Between(5, 25), random.Between(60, 85));
        if (random.Chance(0.5))
        {
            sketch.Block(-1, -1, 1, 1, random.Between(0, 0.3f), frame);
            sketch.Box(-0.82f, -0.82f, 0.82f, 0.82f, 0.05f, glass);
        }
        else
        {
            sketch.Disc(0.88f, glass);
            sketch.Ring(0.84f, 1, frame);
        }

        sketch.Polygon(
            SKColors.White.WithAlpha(60),
            new SKPoint(-0.5f, 0.3f), new SKPoint(0.3f, -0.6f), new SKPoint(0.45f, -0.5f), new SKPoint(-0.35f, 0.42f));
        sketch.Polygon(
            SKColors.White.WithAlpha(45),
            new SKPoint(-0.2f, 0.5f), new SKPoint(0.5f, -0.3f), new SKPoint(0.55f, -0.24f), new SKPoint(-0.14f, 0.55f));
    }

    public static void Belt(Sketch sketch)
    {
        SampleRandom random = sketch.Random;
        float half = random.Between(0.4f, 0.6f);
        Watches.Strap(sketch, half, gap: 0.2f);
        SKColor metal = Palette.Metal(random);
        float reach = half + 0.2f;
        sketch.Block(-reach, -0.55f, reach, 0.55f, random.Between(0.05f, 0.5f), metal);
        sketch.Box(-reach + 0.14f, -0.41f, reach - 0.14f, 0.41f, 0.05f, Palette.Leather(random));
        sketch.Line(new SKPoint(0, -0.5f), new SKPoint(0, 0.5f), 0.1f, Palette.Shade(metal, 12), SKStrokeCap.Round);
    }
}
