using SkiaSharp;

namespace ClockFunctions.Samples;

/// <summary>Things with a scale and a needle that show no time: the hardest look-alikes.</summary>
internal static class Instruments
{
    public static void Gauge(Sketch sketch)
    {
        SampleRandom random = sketch.Random;
        SKColor ground = random.Chance(0.5) ? Palette.Pale(random) : Palette.Dark(random);
        SKColor ink = Palette.Ink(random, ground);
        sketch.Disc(0.9f, ground);
        sketch.Ring(0.88f, 1, Palette.Metal(random));
        float from = random.Between(-145, -110);
        float to = -from;
        (int steps, int unit, string name) = random.Pick(
            (8, 20, "km/h"), (12, 20, "km/h"), (10, 1, "bar"), (8, 1, "x1000 rpm"), (10, 10, "%"), (6, 20, "°C"), (5, 100, "psi"));
        float red = random.Chance(0.5) ? random.Between(0.65f, 0.85f) : 1;
        if (red < 1)
        {
            sketch.Arc(0.8f, from + ((to - from) * red), to, 0.06f, new SKColor(205, 40, 30));
        }

        for (int i = 0; i <= steps * 5; i++)
        {
            float angle = from + ((to - from) * i / (steps * 5));
            sketch.Tick(angle, i % 5 == 0 ? 0.7f : 0.77f, 0.84f, i % 5 == 0 ? 0.03f : 0.014f, ink);
            if (i % 5 == 0)
            {
                sketch.Text($"{i / 5 * unit}", Sketch.At(angle, 0.57f), 0.13f, ink);
            }
        }

        sketch.Text(name, new SKPoint(0, 0.42f), 0.13f, ink);
        float needle = random.Between(from, to);
        SKColor color = random.Chance(0.6) ? new SKColor(210, 50, 30) : ink;
        sketch.Turned(needle, () => sketch.Polygon(
            color, new SKPoint(-0.035f, 0.18f), new SKPoint(0.035f, 0.18f), new SKPoint(0.008f, -0.74f), new SKPoint(-0.008f, -0.74f)));
        sketch.Ball(default, 0.09f, new SKColor(90, 90, 90), new SKColor(20, 20, 20));
    }

    public static void Compass(Sketch sketch)
    {
        SampleRandom random = sketch.Random;
        SKColor ground = random.Chance(0.7) ? Palette.Pale(random) : Palette.Dark(random);
        SKColor ink = Palette.Ink(random, ground);
        sketch.Disc(0.9f, ground);
        sketch.Ring(0.87f, 1, Palette.Metal(random));
        sketch.Turned(random.Between(-30, 30), () =>
        {
            for (int i = 0; i < 72; i++)
            {
                sketch.Tick(i * 5, i % 18 == 0 ? 0.74f : 0.79f, 0.85f, i % 6 == 0 ? 0.02f : 0.01f, ink);
            }

            if (random.Chance(0.6))
            {
                for (int i = 0; i < 8; i++)
                {
                    float length = i % 2 == 0 ? 0.5f : 0.32f;
                    sketch.Turned(i * 45, () =>
                    {
                        sketch.Polygon(ink, default, new SKPoint(0.08f, -0.12f), new SKPoint(0, -length));
                        sketch.Polygon(Palette.Shade(ink, 30), default, new SKPoint(-0.08f, -0.12f), new SKPoint(0, -length));
                    });
                }
            }

            string[] winds = ["N", "E", "S", "W"];
            for (int i = 0; i < 4; i++)
            {
                sketch.Text(winds[i], Sketch.At(i * 90, 0.63f), 0.2f, ink, random.Chance(0.5) ? 0 : i * 90);
            }
        });
        sketch.Turned(random.Between(0, 360), () =>
        {
            sketch.Polygon(new SKColor(200, 30, 30), new SKPoint(-0.08f, 0), new SKPoint(0.08f, 0), new SKPoint(0, -0.72f));
            SKColor south = random.Chance(0.5) ? SKColors.WhiteSmoke : new SKColor(40, 50, 90);
            sketch.Polygon(south, new SKPoint(-0.08f, 0), new SKPoint(0.08f, 0), new SKPoint(0, 0.72f));
        });
        sketch.Disc(0.05f, SKColors.Goldenrod);
    }

    public static void Knob(Sketch sketch)
    {
        SampleRandom random = sketch.Random;
        SKColor panel = random.Chance(0.5) ? Palette.Dark(random) : Palette.Metal(random);
        SKColor ink = Palette.Ink(random, panel);
        sketch.Box(-1.1f, -1.1f, 1.1f, 1.1f, random.Between(0, 0.3f), panel);
        int steps = random.Whole(5, 11);
        for (int i = 0; i < steps; i++)
        {
            float angle = -140 + (280f * i / (steps - 1));
            sketch.Tick(angle, 0.78f, 0.9f, 0.03f, ink);
            sketch.Text($"{i}", Sketch.At(angle, 1.0f), 0.13f, ink);
        }

        SKColor knob = Palette.Body(random);
        sketch.Ball(default, 0.7f, Palette.Shade(knob, 12), Palette.Shade(knob, -22));
        for (int i = 0; i < 40; i++)
        {
            sketch.Tick(i * 9, 0.64f, 0.7f, 0.025f, Palette.Shade(knob, -18));
        }

        sketch.Ball(default, 0.55f, Palette.Shade(knob, 20), Palette.Shade(knob, -8));
        sketch.Tick(random.Between(-140, 140), 0.25f, 0.6f, 0.06f, Palette.Ink(random, knob));
    }
}
