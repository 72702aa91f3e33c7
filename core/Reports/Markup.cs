using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace ClockFunctions.Core.Reports;

/// <summary>
/// HTML that is safe to put in a page. Everything interpolated into <see cref="Html"/> is escaped unless it is markup already.
/// </summary>
internal readonly record struct Markup(string Text)
{
    public static Markup Html(ref Interpolation html) => new(html.ToString());

    public static Markup Join(IEnumerable<Markup> parts) => new(string.Concat(parts.Select(part => part.Text)));

    public override string ToString() => Text;

    /// <summary>Collects an interpolated string; what is between braces is data, and data cannot become markup.</summary>
    [InterpolatedStringHandler]
    public readonly struct Interpolation(int literalLength, int formattedCount)
    {
        private readonly StringBuilder _text = new(literalLength + (formattedCount * 16));

        public void AppendLiteral(string literal) => _text.Append(literal);

        public void AppendFormatted(Markup markup) => _text.Append(markup.Text);

        public void AppendFormatted(IEnumerable<Markup> parts) => _text.Append(Join(parts).Text);

        public void AppendFormatted(string? data) => _text.Append(WebUtility.HtmlEncode(data));

        public void AppendFormatted<T>(T data, string? format = null)
            where T : IFormattable => AppendFormatted(data.ToString(format, CultureInfo.InvariantCulture));

        public override string ToString() => _text.ToString();
    }
}
