using ClockFunctions.Core.Imaging;
using SkiaSharp;

namespace ClockFunctions.Core.Datasets.Samples;

/// <summary>
/// Draws a labelled set to try the whole journey with, where no photos are at hand: clocks in many styles, and things that look
/// like clocks, before the same backgrounds, under the same light. They are drawings: a model trained on them knows drawings.
/// </summary>
public static class SampleSet
{
    /// <summary>Clocks are a third, as in a marketplace where most things are none.</summary>
    private const int ThingsAClock = 3;

    private static readonly (string Name, Action<Sketch> Draw)[] ClockKinds =
    [
        ("wall-clock", Clocks.Wall), ("watch", Watches.Analog), ("alarm-clock", Clocks.Alarm), ("digital-clock", Displays.AlarmClock),
        ("wall-clock", Clocks.Wall), ("watch", Watches.Analog), ("pocket-watch", Clocks.Pocket), ("digital-watch", Watches.Digital),
        ("mantel-clock", Clocks.Mantel), ("stopwatch", Clocks.Stop),
    ];

    private static readonly (string Name, Action<Sketch> Draw)[] OtherKinds =
    [
        ("plate", Tableware.Plate), ("car-wheel", Wheels.Car), ("gauge", Instruments.Gauge), ("button", Trinkets.Button),
        ("pizza", Tableware.Pizza), ("coin", Trinkets.Coin), ("compass", Instruments.Compass), ("dartboard", Trinkets.Dartboard),
        ("calculator", Displays.Calculator), ("bicycle-wheel", Wheels.Bicycle), ("flower", Trinkets.Flower), ("belt", Trinkets.Belt),
        ("record", Wheels.Record), ("meter", Displays.Meter), ("fruit", Tableware.Fruit), ("steering-wheel", Wheels.Steering),
        ("fan", Wheels.Fan), ("knob", Instruments.Knob), ("ball", Trinkets.Ball), ("mirror", Trinkets.Mirror), ("target", Trinkets.Target),
    ];

    /// <summary>Draws the set, one picture at a time. The same count and seed give the same set; a larger count extends it.</summary>
    public static IEnumerable<SamplePicture> Render(int count, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        using SKTypeface typeface = TextFont.CreateTypeface();
        for (int i = 0; i < count; i++)
        {
            bool clock = i % ThingsAClock == 0;
            (string Name, Action<Sketch> Draw)[] kinds = clock ? ClockKinds : OtherKinds;
            int number = clock ? i / ThingsAClock : i - (i / ThingsAClock) - 1;
            (string name, Action<Sketch> draw) = kinds[number % kinds.Length];
            SampleRandom random = new(seed, $"picture {i}");
            yield return new SamplePicture(clock ? "clock" : "other", $"{name}-{i + 1:0000}.jpg", Scene.Jpeg(random, typeface, draw));
        }
    }
}
