using SkiaSharp;

namespace ClockFunctions.Samples;

/// <summary>Colours as things have them. Clocks and look-alikes choose from the same ones, so that no colour gives a label away.</summary>
internal static class Palette
{
    public static SKColor Any(SampleRandom random) =>
        SKColor.FromHsl(random.Between(0, 360), random.Between(15, 85), random.Between(20, 80));

    public static SKColor Pale(SampleRandom random) => random.Chance(0.5)
        ? SKColor.FromHsl(random.Between(20, 60), random.Between(5, 45), random.Between(84, 97))
        : SKColor.FromHsl(random.Between(0, 360), random.Between(0, 30), random.Between(82, 98));

    public static SKColor Dark(SampleRandom random) =>
        SKColor.FromHsl(random.Between(0, 360), random.Between(0, 50), random.Between(4, 24));

    public static SKColor Wood(SampleRandom random) =>
        SKColor.FromHsl(random.Between(16, 36), random.Between(30, 65), random.Between(18, 55));

    public static SKColor Metal(SampleRandom random) => random.Pick(
        SKColor.FromHsl(random.Between(200, 230), random.Between(2, 12), random.Between(45, 80)), // steel
        SKColor.FromHsl(random.Between(38, 50), random.Between(45, 75), random.Between(42, 62)), // gold and brass
        SKColor.FromHsl(random.Between(14, 24), random.Between(40, 60), random.Between(38, 55)), // copper
        SKColor.FromHsl(220, 6, random.Between(14, 30))); // black coating

    public static SKColor Leather(SampleRandom random) => random.Chance(0.7)
        ? SKColor.FromHsl(random.Between(8, 32), random.Between(25, 60), random.Between(12, 45))
        : Any(random);

    /// <summary>The body of most things: painted, wooden or metal.</summary>
    public static SKColor Body(SampleRandom random) => random.Pick(0, 1, 2, 3) switch
    {
        0 => Wood(random),
        1 => Metal(random),
        2 => Pale(random),
        _ => Any(random),
    };

    /// <summary>Dark on pale and pale on dark.</summary>
    public static SKColor Ink(SampleRandom random, SKColor ground)
    {
        ground.ToHsl(out float hue, out _, out float light);
        float saturation = random.Chance(0.3) ? random.Between(30, 80) : random.Between(0, 20);
        return light > 50
            ? SKColor.FromHsl(random.Chance(0.5) ? hue : random.Between(0, 360), saturation, random.Between(4, 22))
            : SKColor.FromHsl(random.Chance(0.5) ? hue : random.Between(0, 360), saturation, random.Between(80, 97));
    }

    public static SKColor Shade(SKColor color, float light)
    {
        color.ToHsl(out float hue, out float saturation, out float lightness);
        return SKColor.FromHsl(hue, saturation, Math.Clamp(lightness + light, 0, 100)).WithAlpha(color.Alpha);
    }
}
