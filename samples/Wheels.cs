using SkiaSharp;

namespace ClockFunctions.Samples;

/// <summary>Things that turn: wheels, fans, records.</summary>
internal static class Wheels
{
    public static void Car(Sketch sketch)
    {
        SampleRandom random = sketch.Random;
        SKColor rim = Palette.Metal(random);
        sketch.Ball(default, 1, new SKColor(52, 52, 54), new SKColor(18, 18, 20));
        for (int i = 0; i < 48; i++)
        {
            sketch.Tick(i * 7.5f, 0.93f, 1, 0.03f, new SKColor(12, 12, 12));
        }

        float radius = random.Between(0.62f, 0.75f);
        sketch.Disc(radius, new SKColor(30, 30, 33));
        sketch.Ring(radius - 0.06f, radius + 0.02f, rim);
        int spokes = random.Whole(4, 12);
        float width = random.Between(0.4f, 1.1f) / spokes;
        float turn = random.Between(0, 360);
        for (int i = 0; i < spokes; i++)
        {
            sketch.Turned(turn + (i * 360f / spokes), () => sketch.Polygon(
                Palette.Shade(rim, random.Between(-10, 10)),
                new SKPoint(-width, -0.1f), new SKPoint(width, -0.1f),
                new SKPoint(width * 0.7f, -radius + 0.04f), new SKPoint(-width * 0.7f, -radius + 0.04f)));
        }

        sketch.Ball(default, 0.2f, Palette.Shade(rim, 10), Palette.Shade(rim, -20));
        for (int i = 0; i < 5; i++)
        {
            sketch.Disc(Sketch.At(turn + (i * 72), 0.13f), 0.025f, new SKColor(30, 30, 30));
        }
    }

    public static void Bicycle(Sketch sketch)
    {
        SampleRandom random = sketch.Random;
        sketch.Circle(0.96f, 0.08f, new SKColor(28, 28, 30));
        sketch.Circle(0.89f, 0.04f, Palette.Metal(random));
        int spokes = random.Whole(16, 32);
        SKColor wire = Palette.Shade(Palette.Metal(random), 10);
        for (int i = 0; i < spokes; i++)
        {
            float angle = i * 360f / spokes;
            sketch.Line(Sketch.At(angle + (i % 2 == 0 ? 70 : -70), 0.08f), Sketch.At(angle, 0.88f), 0.014f, wire);
        }

        sketch.Disc(0.1f, Palette.Dark(random));
        sketch.Disc(0.05f, wire);
    }

    public static void Steering(Sketch sketch)
    {
        SampleRandom random = sketch.Random;
        SKColor leather = random.Chance(0.6) ? Palette.Dark(random) : Palette.Wood(random);
        SKColor spoke = Palette.Shade(leather, random.Between(-5, 25));
        foreach (float angle in random.Pick(new[] { 90f, 180f, 270f }, new[] { 90f, 270f }, new[] { 60f, 180f, 300f }))
        {
            sketch.Tick(angle, 0.2f, 0.9f, random.Between(0.12f, 0.28f), spoke);
        }

        sketch.Ring(0.84f, 1, leather);
        sketch.Ball(default, random.Between(0.24f, 0.36f), Palette.Shade(spoke, 12), Palette.Shade(spoke, -10));
        sketch.Text(Dial.Brand(random)[..1], default, 0.2f, Palette.Metal(random));
    }

    public static void Fan(Sketch sketch)
    {
        SampleRandom random = sketch.Random;
        SKColor blade = Palette.Body(random);
        int blades = random.Whole(3, 5);
        float turn = random.Between(0, 360);
        sketch.Disc(0.96f, Palette.Shade(blade, -25).WithAlpha(120));
        for (int i = 0; i < blades; i++)
        {
            sketch.Turned(turn + (i * 360f / blades), () => sketch.Polygon(
                Palette.Shade(blade, random.Between(-8, 8)),
                new SKPoint(0, 0), new SKPoint(0.35f, -0.35f), new SKPoint(0.42f, -0.8f),
                new SKPoint(0.05f, -0.9f), new SKPoint(-0.1f, -0.4f)));
        }

        SKColor wire = Palette.Metal(random);
        for (float radius = 0.3f; radius < 1; radius += random.Between(0.12f, 0.2f))
        {
            sketch.Circle(radius, 0.014f, wire);
        }

        for (int i = 0; i < 24; i++)
        {
            sketch.Tick(i * 15, 0.15f, 1, 0.012f, wire);
        }

        sketch.Circle(1, 0.05f, wire);
        sketch.Ball(default, 0.18f, Palette.Shade(wire, 12), Palette.Shade(wire, -20));
    }

    public static void Record(Sketch sketch)
    {
        SampleRandom random = sketch.Random;
        sketch.Disc(1, new SKColor(20, 20, 22));
        for (float radius = 0.42f; radius < 0.98f; radius += 0.03f)
        {
            sketch.Circle(radius, 0.008f, new SKColor(44, 44, 48));
        }

        float light = random.Between(0, 360);
        sketch.Slice(0.4f, 0.98f, light, light + 24, new SKColor(255, 255, 255, 36));
        sketch.Slice(0.4f, 0.98f, light + 180, light + 204, new SKColor(255, 255, 255, 36));
        SKColor label = Palette.Any(random);
        sketch.Disc(0.36f, label);
        sketch.Text(Dial.Brand(random), new SKPoint(0, -0.17f), 0.12f, Palette.Ink(random, label));
        sketch.Text($"Side {random.Pick("A", "B")}", new SKPoint(0, 0.18f), 0.09f, Palette.Ink(random, label));
        sketch.Disc(0.035f, new SKColor(230, 230, 230));
    }
}
