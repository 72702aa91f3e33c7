using System.Globalization;
using System.Xml.Linq;
using ClockFunctions.Core.Imaging;
using ScottPlot;

namespace ClockFunctions.Core.Reports;

/// <summary>A plot in the look of the reports, drawn by ScottPlot as SVG.</summary>
internal static class SvgPlot
{
    public const int Width = 540;
    public const int Height = 380;

    /// <summary>Readable on white and on dark grey, and told apart by the colour-blind (after Okabe and Ito 2008).</summary>
    public static readonly Color Target = Color.FromHex("#2E86D0");
    public static readonly Color Other = Color.FromHex("#DD7A1C");
    public static readonly Color Third = Color.FromHex("#17966B");
    public static readonly Color Faint = Color.FromHex("#8A8F98");

    private const string FontName = "Arimo";
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    static SvgPlot() => ScottPlot.Fonts.FontResolvers.Insert(0, new CarriedFont());

    /// <summary>An empty plot with axes; fill it and pass it to <see cref="ToSvg"/>.</summary>
    public static Plot Create(string x, string y)
    {
        Plot plot = new();
        plot.Font.Set(FontName);
        plot.FigureBackground.Color = Colors.Transparent;
        plot.DataBackground.Color = Colors.Transparent;
        plot.Axes.Color(Faint);
        plot.Grid.MajorLineColor = Faint.WithOpacity(0.25);
        plot.XLabel(x, 14);
        plot.YLabel(y, 14);
        plot.Axes.Bottom.Label.Bold = false;
        plot.Axes.Left.Label.Bold = false;
        plot.Axes.Right.FrameLineStyle.IsVisible = false;
        plot.Axes.Top.FrameLineStyle.IsVisible = false;
        return plot;
    }

    /// <summary>A line with its name in the legend.</summary>
    public static ScottPlot.Plottables.Scatter Line(this Plot plot, string legend, Color color, double[] x, double[] y)
    {
        ScottPlot.Plottables.Scatter line = plot.Add.ScatterLine(x, y, color);
        line.LineWidth = 2;
        line.LegendText = legend;
        return line;
    }

    public static void Legend(this Plot plot, Alignment alignment)
    {
        plot.ShowLegend(alignment);
        plot.Legend.BackgroundColor = Colors.Transparent;
        plot.Legend.OutlineWidth = 0;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.FontColor = Faint;
        plot.Legend.FontSize = 13;
    }

    /// <summary>The plot as an <c>svg</c> element to set into a page.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="id">Unique in the page: ids inside of the picture start with it.</param>
    /// <param name="description">What it shows, for those who cannot see it.</param>
    public static Markup ToSvg(this Plot plot, string id, string description)
    {
        XElement svg = XElement.Parse(plot.GetSvgXml(Width, Height));
        svg.SetAttributeValue("width", null);
        svg.SetAttributeValue("height", null);
        svg.SetAttributeValue("viewBox", $"0 0 {Width} {Height}");
        svg.SetAttributeValue("role", "img");
        svg.SetAttributeValue("aria-label", description);
        svg.Elements(Svg + "rect").FirstOrDefault(rect => (string?)rect.Attribute("width") == $"{Width}")?.Remove();
        foreach (XElement text in svg.Descendants(Svg + "text"))
        {
            Untie(text);
            text.Parent!.SetAttributeValue("clip-path", null);
        }

        foreach (XElement element in svg.DescendantsAndSelf())
        {
            Prefix(element, id);
        }

        return new Markup(svg.ToString(SaveOptions.DisableFormatting));
    }

    /// <summary>The plot of <see cref="ToSvg"/> as a file of its own: black on white.</summary>
    public static string ToFile(Markup svg) => svg.Text.Replace(
        "<svg ", $"""<svg width="{Width}" height="{Height}" style="background:white;color:#333" """, StringComparison.Ordinal);

    /// <summary>
    /// Leaves letter spacing to the browser (Skia places each letter), but keeps the width that the plot was
    /// laid out for (near enough: nothing clips it); the colour is left to the page, so that text is readable on a dark one.
    /// </summary>
    private static void Untie(XElement text)
    {
        string value = text.Value.Trim();
        double[] x = Numbers(text, "x");
        double[] y = Numbers(text, "y");
        double size = double.Parse((string)text.Attribute("font-size")!, CultureInfo.InvariantCulture);
        using SkiaSharp.SKTypeface typeface = TextFont.CreateTypeface();
        using SkiaSharp.SKFont font = new(typeface, (float)size);

        text.SetAttributeValue("x", Math.Round(x[0] + (font.MeasureText(value) / 2), 2).ToString(CultureInfo.InvariantCulture));
        text.SetAttributeValue("y", y[0].ToString(CultureInfo.InvariantCulture));
        text.SetAttributeValue("text-anchor", "middle");
        text.SetAttributeValue("fill", "currentColor");
        text.SetAttributeValue("fill-opacity", null);
        text.SetAttributeValue("font-family", TextFont.CssFamily);
        text.Value = value;
    }

    private static double[] Numbers(XElement element, string attribute) =>
        [.. ((string?)element.Attribute(attribute) ?? "0")
            .Split([',', ' '], StringSplitOptions.RemoveEmptyEntries)
            .Select(number => double.Parse(number, CultureInfo.InvariantCulture))];

    private static void Prefix(XElement element, string prefix)
    {
        foreach (XAttribute attribute in element.Attributes())
        {
            if (attribute.Name == "id")
            {
                attribute.Value = $"{prefix}-{attribute.Value}";
            }
            else if (attribute.Value.StartsWith("url(#", StringComparison.Ordinal))
            {
                attribute.Value = $"url(#{prefix}-{attribute.Value["url(#".Length..]}";
            }
        }
    }

    private sealed class CarriedFont : IFontResolver
    {
        public SkiaSharp.SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
            fontName == FontName ? TextFont.CreateTypeface() : null;

        public SkiaSharp.SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) =>
            fontName == FontName ? TextFont.CreateTypeface() : null;
    }
}
