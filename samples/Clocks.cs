using SkiaSharp;

namespace ClockFunctions.Samples;

/// <summary>Clocks that stand, hang or lie in a pocket.</summary>
internal static class Clocks
{
    public static void Wall(Sketch sketch)
    {
        SampleRandom random = sketch.Random;
        SKColor rim = Palette.Body(random);
        SKColor ground = Ground(random);
        float inner = random.Between(0.78f, 0.93f);
        switch (random.Whole(0, 4))
        {
            case 0: // square
                sketch.Block(-1, -1, 1, 1, random.Between(0, 0.3f), rim);
                sketch.Box(-inner, -inner, inner, inner, random.Between(0, 0.25f), ground);
                break;
            case 1: // eight corners
                sketch.Polygon(rim, Corners(8, 1.05f));
                sketch.Polygon(Palette.Shade(rim, 12), Corners(8, 0.98f));
                sketch.Disc(inner, ground);
                break;
            case 2: // sunburst
                int rays = random.Whole(10, 24);
                for (int i = 0; i < rays; i++)
                {
                    sketch.Tick(i * 360f / rays, 0.6f, i % 2 == 0 ? 1.25f : 1.05f, random.Between(0.05f, 0.07f), rim);
                }

                inner = 0.72f;
                sketch.Disc(inner, ground);
                sketch.Ring(inner, inner + 0.08f, rim);
                break;
            default:
                sketch.Disc(inner, ground);
                sketch.Ring(inner - 0.01f, 1, rim);
                break;
        }

        sketch.Placed(default, inner * 0.98f, () => Dial.Draw(sketch, ground));
    }

    public static void Alarm(Sketch sketch)
    {
        SampleRandom random = sketch.Random;
        SKColor body = random.Chance(0.5) ? Palette.Metal(random) : Palette.Any(random);
        SKColor bell = random.Chance(0.6) ? body : Palette.Metal(random);
        sketch.Line(new SKPoint(-0.5f, 0.6f), new SKPoint(-0.72f, 1.08f), 0.12f, Palette.Shade(body, -15), SKStrokeCap.Round);
        sketch.Line(new SKPoint(0.5f, 0.6f), new SKPoint(0.72f, 1.08f), 0.12f, Palette.Shade(body, -15), SKStrokeCap.Round);
        if (random.Chance(0.75))
        {
            sketch.Placed(new SKPoint(-0.5f, -0.8f), 1, () => sketch.Turned(-35, () => Bell(sketch, bell)));
            sketch.Placed(new SKPoint(0.5f, -0.8f), 1, () => sketch.Turned(35, () => Bell(sketch, bell)));
            sketch.Line(new SKPoint(0, -0.8f), new SKPoint(0, -1.12f), 0.05f, Palette.Shade(body, -20));
            sketch.Box(-0.12f, -1.2f, 0.12f, -1.06f, 0.04f, Palette.Shade(body, -20));
        }
        else
        {
            sketch.Box(-0.25f, -1.1f, 0.25f, -0.85f, 0.08f, bell);
        }

        SKColor ground = Ground(random);
        sketch.Ball(default, 0.92f, Palette.Shade(body, 15), Palette.Shade(body, -15));
        sketch.Disc(0.78f, ground);
        sketch.Ring(0.77f, 0.83f, Palette.Metal(random));
        sketch.Placed(default, 0.76f, () => Dial.Draw(sketch, ground));
    }

    public static void Mantel(Sketch sketch)
    {
        SampleRandom random = sketch.Random;
        SKColor wood = Palette.Wood(random);
        SKColor ground = Ground(random);
        switch (random.Whole(0, 2))
        {
            case 0: // arch
                sketch.Block(-0.95f, -0.9f, 0.95f, 1.0f, 0.9f, wood);
                sketch.Block(-0.95f, 0.1f, 0.95f, 1.0f, 0.02f, wood);
                break;
            case 1: // house with a roof and a pendulum
                sketch.Block(-0.75f, -0.7f, 0.75f, 1.2f, 0.02f, wood);
                sketch.Polygon(Palette.Shade(wood, -10), new SKPoint(-1, -0.65f), new SKPoint(0, -1.35f), new SKPoint(1, -0.65f));
                sketch.Box(-0.4f, 0.68f, 0.4f, 1.12f, 0.02f, Palette.Shade(wood, -18));
                sketch.Ball(new SKPoint(random.Between(-0.25f, 0.25f), 0.92f), 0.13f, SKColors.Gold, SKColors.Brown);
                break;
            default: // box
                sketch.Block(-1.0f, -0.95f, 1.0f, 0.95f, random.Between(0.02f, 0.2f), wood);
                break;
        }

        sketch.Block(-1.1f, 0.98f, 1.1f, 1.15f, 0.03f, Palette.Shade(wood, -8));
        sketch.Disc(0.68f, ground);
        sketch.Ring(0.66f, 0.74f, Palette.Metal(random));
        sketch.Placed(default, 0.65f, () => Dial.Draw(sketch, ground));
    }

    public static void Pocket(Sketch sketch)
    {
        SampleRandom random = sketch.Random;
        SKColor metal = Palette.Metal(random);
        float bend = random.Between(-1.5f, 1.5f);
        for (int i = 0; i < 14; i++)
        {
            float t = i / 14f;
            SKColor link = Palette.Shade(metal, i % 2 == 0 ? -12 : 8);
            sketch.Placed(new SKPoint(bend * t * t, -1.35f - (t * 1.2f)), 0.07f, () => sketch.Circle(1, 0.5f, link));
        }

        sketch.Placed(new SKPoint(0, -1.2f), 0.2f, () => sketch.Circle(1, 0.3f, metal));
        sketch.Block(-0.12f, -1.12f, 0.12f, -0.92f, 0.04f, metal);
        SKColor ground = Ground(random);
        sketch.Disc(0.9f, ground);
        sketch.Ring(0.86f, 1, metal);
        sketch.Placed(default, 0.86f, () => Dial.Draw(sketch, ground));
    }

    public static void Stop(Sketch sketch)
    {
        SampleRandom random = sketch.Random;
        SKColor metal = random.Chance(0.5) ? Palette.Metal(random) : Palette.Any(random);
        sketch.Block(-0.13f, -1.3f, 0.13f, -0.9f, 0.05f, metal);
        sketch.Turned(40, () => sketch.Block(-0.08f, -1.17f, 0.08f, -0.9f, 0.03f, Palette.Shade(metal, -10)));
        SKColor ground = Ground(random);
        SKColor ink = Palette.Ink(random, ground);
        sketch.Disc(0.92f, ground);
        sketch.Ring(0.88f, 1, metal);
        for (int i = 0; i < 60; i++)
        {
            sketch.Tick(i * 6, i % 5 == 0 ? 0.72f : 0.78f, 0.85f, i % 5 == 0 ? 0.03f : 0.012f, ink);
            if (i % 5 == 0)
            {
                sketch.Text($"{(i == 0 ? 60 : i)}", Sketch.At(i * 6, 0.62f), 0.16f, ink);
            }
        }

        float small = random.Between(0, 360);
        sketch.Placed(new SKPoint(0, -0.3f), 0.17f, () =>
        {
            sketch.Circle(1, 0.06f, ink);
            sketch.Line(default, Sketch.At(small, 0.8f), 0.1f, ink);
        });
        float hand = random.Between(0, 360);
        sketch.Line(Sketch.At(hand + 180, 0.2f), Sketch.At(hand, 0.82f), 0.03f, random.Chance(0.5) ? SKColors.Firebrick : ink);
        sketch.Disc(0.06f, ink);
    }

    internal static SKColor Ground(SampleRandom random) => random.Pick(0, 0, 0, 1, 2) switch
    {
        0 => Palette.Pale(random),
        1 => Palette.Dark(random),
        _ => Palette.Any(random),
    };

    private static SKPoint[] Corners(int count, float radius) =>
        [.. Enumerable.Range(0, count).Select(i => Sketch.At((i + 0.5f) * 360f / count, radius))];

    private static void Bell(Sketch sketch, SKColor color)
    {
        sketch.Slice(0, 0.36f, -90, 90, color);
        sketch.Slice(0.24f, 0.33f, -70, 0, Palette.Shade(color, 20));
        sketch.Box(-0.04f, -0.44f, 0.04f, -0.34f, 0.02f, Palette.Shade(color, -20));
    }
}
