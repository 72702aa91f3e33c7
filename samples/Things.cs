namespace ClockFunctions.Samples;

/// <summary>All that can be drawn, by kind.</summary>
internal static class Things
{
    /// <summary>The commoner ones twice.</summary>
    public static readonly (string Name, Action<Sketch> Draw)[] ClockKinds =
    [
        ("wall-clock", Clocks.Wall), ("watch", Watches.Analog), ("alarm-clock", Clocks.Alarm), ("digital-clock", Displays.AlarmClock),
        ("wall-clock", Clocks.Wall), ("watch", Watches.Analog), ("pocket-watch", Clocks.Pocket), ("digital-watch", Watches.Digital),
        ("mantel-clock", Clocks.Mantel), ("stopwatch", Clocks.Stop),
    ];

    /// <summary>Round things, things with digits, things with straps: what could be taken for a clock.</summary>
    public static readonly (string Name, Action<Sketch> Draw)[] LookAlikes =
    [
        ("plate", Tableware.Plate), ("car-wheel", Wheels.Car), ("gauge", Instruments.Gauge), ("button", Trinkets.Button),
        ("pizza", Tableware.Pizza), ("coin", Trinkets.Coin), ("compass", Instruments.Compass), ("dartboard", Trinkets.Dartboard),
        ("calculator", Displays.Calculator), ("bicycle-wheel", Wheels.Bicycle), ("flower", Trinkets.Flower), ("belt", Trinkets.Belt),
        ("record", Wheels.Record), ("meter", Displays.Meter), ("fruit", Tableware.Fruit), ("steering-wheel", Wheels.Steering),
        ("fan", Wheels.Fan), ("knob", Instruments.Knob), ("ball", Trinkets.Ball), ("mirror", Trinkets.Mirror), ("target", Trinkets.Target),
    ];
}
