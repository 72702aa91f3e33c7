using SkiaSharp;

namespace ClockFunctions.Samples;

/// <summary>Watches with their straps; the strap alone is a look-alike.</summary>
internal static class Watches
{
    public static void Analog(Sketch sketch)
    {
        SampleRandom random = sketch.Random;
        Strap(sketch, random.Between(0.42f, 0.62f), gap: 0.85f);
        SKColor metal = Palette.Metal(random);
        SKColor ground = Clocks.Ground(random);
        Lugs(sketch, metal);
        sketch.Block(0.98f, -0.1f, 1.12f, 0.1f, 0.03f, Palette.Shade(metal, -8));
        if (random.Chance(0.3))
        {
            sketch.Turned(-32, () => sketch.Block(0.96f, -0.07f, 1.1f, 0.07f, 0.02f, metal));
            sketch.Turned(32, () => sketch.Block(0.96f, -0.07f, 1.1f, 0.07f, 0.02f, metal));
        }

        float inner = random.Between(0.76f, 0.9f);
        if (random.Chance(0.25))
        {
            sketch.Block(-0.95f, -1, 0.95f, 1, random.Between(0.1f, 0.4f), metal);
            sketch.Box(-inner, -inner, inner, inner, 0.12f, ground);
        }
        else
        {
            sketch.Disc(inner, ground);
            sketch.Ring(inner - 0.01f, 1, random.Chance(0.25) ? Palette.Any(random) : metal);
            if (inner < 0.82f && random.Chance(0.5))
            {
                for (int i = 0; i < 60; i++)
                {
                    sketch.Tick(i * 6, inner + 0.04f, inner + (i % 5 == 0 ? 0.15f : 0.09f), 0.014f, Palette.Ink(random, metal));
                }
            }
        }

        sketch.Placed(default, inner * 0.98f, () => Dial.Draw(sketch, ground));
    }

    public static void Digital(Sketch sketch)
    {
        SampleRandom random = sketch.Random;
        Strap(sketch, random.Between(0.5f, 0.7f), gap: 0.7f);
        SKColor body = random.Chance(0.6) ? Palette.Dark(random) : Palette.Body(random);
        sketch.Block(-1, -0.92f, 1, 0.92f, random.Between(0.12f, 0.45f), body);
        for (int side = -1; side <= 1; side += 2)
        {
            sketch.Box(side < 0 ? -1.08f : 1.0f, -0.55f, side < 0 ? -1.0f : 1.08f, -0.35f, 0.02f, Palette.Shade(body, 20));
            sketch.Box(side < 0 ? -1.08f : 1.0f, 0.35f, side < 0 ? -1.0f : 1.08f, 0.55f, 0.02f, Palette.Shade(body, 20));
        }

        sketch.Text(Dial.Brand(random), new SKPoint(0, -0.72f), 0.15f, Palette.Ink(random, body));
        sketch.Text(random.Pick("WATER RESIST", "ALARM CHRONO", "LIGHT", "20 BAR"), new SKPoint(0, 0.74f), 0.1f, Palette.Ink(random, body));
        Displays.Clock(sketch, new SKRect(-0.78f, -0.52f, 0.78f, 0.52f), seconds: true);
    }

    /// <summary>A strap from above to below, with a gap in the middle where the watch sits.</summary>
    public static void Strap(Sketch sketch, float halfWidth, float gap)
    {
        SampleRandom random = sketch.Random;
        float end = random.Between(1.7f, 2.6f);
        int style = random.Whole(0, 2);
        SKColor color = style == 1 ? Palette.Metal(random) : Palette.Leather(random);
        for (int side = -1; side <= 1; side += 2)
        {
            float near = gap * side;
            float far = end * side;
            float taper = halfWidth * random.Between(0.75f, 1);
            sketch.Polygon(
                color, new SKPoint(-halfWidth, near), new SKPoint(halfWidth, near), new SKPoint(taper, far), new SKPoint(-taper, far));
            switch (style)
            {
                case 0: // leather, stitched, with holes
                    for (float y = gap + 0.08f; y < end; y += 0.09f)
                    {
                        (float seam, float from, float to) = (halfWidth * 0.85f, y * side, (y + 0.05f) * side);
                        sketch.Line(new SKPoint(-seam, from), new SKPoint(-seam, to), 0.02f, Palette.Shade(color, 30));
                        sketch.Line(new SKPoint(seam, from), new SKPoint(seam, to), 0.02f, Palette.Shade(color, 30));
                    }

                    for (float y = 1.35f; y < end && side > 0; y += 0.2f)
                    {
                        sketch.Disc(new SKPoint(0, y), 0.035f, Palette.Shade(color, -25));
                    }

                    break;
                case 1: // links
                    for (float y = gap; y < end; y += 0.17f)
                    {
                        sketch.Line(new SKPoint(-halfWidth, y * side), new SKPoint(halfWidth, y * side), 0.025f, Palette.Shade(color, -25));
                    }

                    float row = halfWidth * 0.4f;
                    sketch.Line(new SKPoint(-row, near), new SKPoint(-row, far), 0.02f, Palette.Shade(color, -18));
                    sketch.Line(new SKPoint(row, near), new SKPoint(row, far), 0.02f, Palette.Shade(color, -18));
                    break;
                default: // woven, striped
                    sketch.Line(new SKPoint(0, near), new SKPoint(0, far), halfWidth * 0.5f, Palette.Any(random));
                    break;
            }
        }
    }

    private static void Lugs(Sketch sketch, SKColor metal)
    {
        foreach (float angle in new[] { 33f, 147f, 213f, 327f })
        {
            sketch.Tick(angle, 0.85f, 1.2f, 0.2f, Palette.Shade(metal, -6));
        }
    }
}
