using SkiaSharp;

namespace ClockFunctions.Samples;

/// <summary>
/// Drawings for a network that learns without labels: mostly watches and clocks, because a corpus of photos may hold none, and
/// lying anyhow, as watches are often photographed. Drawing i depends on the seed, i and the photos alone.
/// </summary>
/// <param name="seed">Which drawings.</param>
/// <param name="photo">Fills a canvas of width×height pixels with a photo as the backdrop of some; null where there are none.</param>
public sealed class UnlabelledSet(int seed, Action<SKCanvas, SampleRandom, int, int>? photo)
{
    /// <summary>One of them, as a JPEG.</summary>
    public byte[] Jpeg(int number)
    {
        SampleRandom random = new(seed, $"drawing {number}");
        Action<Sketch> thing = Thing(random);
        return Scene.Jpeg(random, new Stage(Backdrop(random), Turn), thing);
    }

    private static Action<Sketch> Thing(SampleRandom random) => random.Between(0, 1) switch
    {
        < 0.45f => Watches.Analog,
        < 0.55f => Clocks.Pocket,
        < 0.75f => random.Pick<Action<Sketch>>(Clocks.Wall, Clocks.Alarm, Clocks.Mantel, Clocks.Stop),
        < 0.87f => random.Pick<Action<Sketch>>(Displays.AlarmClock, Watches.Digital),
        _ => random.Pick(Things.LookAlikes).Draw,
    };

    private Action<SKCanvas, SampleRandom, int, int> Backdrop(SampleRandom random) => random.Between(0, 1) switch
    {
        < 0.35f when photo is not null => photo,
        // Shops cut things out before white.
        < 0.65f => (canvas, its, _, _) => canvas.Clear(its.Chance(0.6) ? SKColors.White : Palette.Any(its)),
        _ => Samples.Backdrop.Draw,
    };

    /// <summary>Upright, lying on its side, or anyhow.</summary>
    private static float Turn(SampleRandom random) => random.Between(0, 1) switch
    {
        < 0.4f => random.Between(-25, 25),
        < 0.8f => random.Pick(90, 270) + random.Between(-25, 25),
        _ => random.Between(0, 360),
    };
}
