using SkiaSharp;

namespace ClockFunctions.Core.Imaging;

/// <summary>
/// The font of captions and plots, inside the assembly: a container or a bare machine has none, and then
/// Skia draws no text at all, without an error.
/// </summary>
/// <remarks>
/// Arimo (<c>Fonts/LICENSE.txt</c>) has the metrics of Arial and Helvetica, so that text measured with it fits in a browser.
/// </remarks>
public static class TextFont
{
    /// <summary>Families with the same metrics, for CSS and SVG.</summary>
    public const string CssFamily = "Arimo, Arial, Helvetica, 'Liberation Sans', sans-serif";

    private static readonly SKData Data = Load();

    /// <summary>A new typeface for the caller to dispose; Latin, Greek and Cyrillic letters.</summary>
    public static SKTypeface CreateTypeface() => SKTypeface.FromData(Data);

    private static SKData Load()
    {
        using Stream stream = typeof(TextFont).Assembly.GetManifestResourceStream("Arimo-subset.ttf")!;
        return SKData.Create(stream);
    }
}
