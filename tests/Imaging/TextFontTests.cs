using ClockFunctions.Core.Imaging;
using SkiaSharp;

namespace ClockFunctions.Tests.Imaging;

public class TextFontTests
{
    [Fact]
    public void TextIsDrawnWithoutAnyInstalledFont()
    {
        using SKTypeface typeface = TextFont.CreateTypeface();

        Assert.Equal("Arimo", typeface.FamilyName);
        Assert.True(typeface.ContainsGlyphs("Clocks, Größe, часы, ρολόι: 97 % ≥ 0.5 – … ×"));
    }

    [Fact]
    public void TextIsAsWideAsInHelvetica()
    {
        using SKTypeface typeface = TextFont.CreateTypeface();
        using SKFont font = new(typeface, 1000);

        // Helvetica's widths of C l o c k in thousandths (Adobe's AFM file): 722, 222, 556, 500, 500; hinting is off, so within rounding.
        Assert.Equal(722 + 222 + 556 + 500 + 500, font.MeasureText("Clock"), 3.0);
    }
}
