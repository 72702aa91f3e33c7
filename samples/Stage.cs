using SkiaSharp;

namespace ClockFunctions.Samples;

/// <summary>How things are set up to be photographed.</summary>
/// <param name="Backdrop">Fills a canvas of width×height pixels with what is behind the thing.</param>
/// <param name="Turn">How far the thing lies on its side, in degrees.</param>
internal sealed record Stage(Action<SKCanvas, SampleRandom, int, int> Backdrop, Func<SampleRandom, float> Turn)
{
    /// <summary>Upright, before a drawn backdrop.</summary>
    public static Stage Upright { get; } = new(Samples.Backdrop.Draw, _ => 0);
}
