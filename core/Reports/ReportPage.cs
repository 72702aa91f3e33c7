using System.Globalization;
using ClockFunctions.Core.Metrics;
using static ClockFunctions.Core.Reports.Markup;

namespace ClockFunctions.Core.Reports;

/// <summary>
/// <c>report.html</c>: a report as one page without scripts that asks nothing of any other machine. Everything
/// that comes from names and labels is escaped, and the page's own policy forbids scripts and requests besides.
/// </summary>
public static class ReportPage
{
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

    private static readonly Markup Style = ReadStyle();

    /// <param name="report">What to show.</param>
    /// <param name="thumbnails">
    /// JPEG or PNG files by <see cref="TrainingReport.Key"/>; a picture without one is shown by its name alone.
    /// </param>
    public static string Render(TrainingReport report, IReadOnlyDictionary<string, byte[]> thumbnails)
    {
        string target = report.Manifest.Target;
        string trained = report.Manifest.Created.UtcDateTime.ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture);
        return Html($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="{Policy}">
            <title>How good is the {target} classifier? {report.Manifest.Version}</title>
            <style>{Style}</style>
            </head>
            <body>
            <header>
            <h1>How good is this {target} classifier?</h1>
            <p class="dim">Version {report.Manifest.Version}, trained {trained} UTC. {Badge(report)}</p>
            </header>
            <main>
            {Summary(report)}
            {Figures(report.Metrics)}
            {Decisions(report)}
            {Plots(report)}
            {Sheets(report, thumbnails)}
            {Quality(report)}
            {ReportFacts.Of(report)}
            </main>
            </body>
            </html>

            """).Text;
    }

    private static Markup Badge(TrainingReport report) =>
        Html($"""<span class="badge {(report.Manifest.State == "published" ? "published" : "held")}">{report.Manifest.State}</span>""");

    private static Markup Summary(TrainingReport report) => Html($"""
        <section class="summary"><ul>
        {ReportSentences.Of(report).Select(sentence => Html($"<li>{sentence}</li>\n"))}
        <li>Decided when it was trained: {report.Manifest.State}. {report.Manifest.Reason}</li>
        </ul></section>
        """);

    private static Markup Figures(EvaluationMetrics metrics) => Html($"""
        <section class="figures">
        {Figure("recall: found", metrics.Recall, ReportSentences.Share)}
        {Figure("precision: right when it says yes", metrics.Precision, ReportSentences.Share)}
        {Figure("accuracy: right overall", metrics.Accuracy, ReportSentences.Share)}
        {Figure("ROC AUC: 1 is best, 0.5 is guessing", metrics.RocAuc, Decimal)}
        </section>
        """);

    private static Markup Figure(string name, Interval interval, Func<double, string> format) => Html(
        $"<div><b>{Value(interval.Value, format)}</b><span>{name}</span><span>{Range("95 %: ", interval, format)}</span></div>");

    private static Markup Decisions(TrainingReport report)
    {
        (ConfusionMatrix confusion, string target) = (report.Metrics.Confusion, report.Manifest.Target);
        return Html($"""
            <section>
            <h2>Its decisions at threshold {report.Metrics.Threshold:0.####}</h2>
            <p class="dim">An image is called {target} when its probability is at or above the threshold.
            How it was chosen: {report.ThresholdChoice}.</p>
            <div class="scroll"><table class="confusion">
            <tr><th></th><th>it said {target}</th><th>it said other</th></tr>
            <tr><th>really {target}</th>
            {Cell("right", confusion.TruePositives, "found")}{Cell("wrong", confusion.FalseNegatives, "missed")}</tr>
            <tr><th>really other</th>
            {Cell("wrong", confusion.FalsePositives, "false alarms")}{Cell("right", confusion.TrueNegatives, "rightly left alone")}</tr>
            </table></div>
            </section>
            """);
    }

    private static Markup Cell(string kind, int count, string meaning) => Html($"""<td class="{kind}"><b>{count:N0}</b>{meaning}</td>""");

    private static Markup Plots(TrainingReport report)
    {
        double threshold = report.Metrics.Threshold;
        string target = report.Manifest.Target;
        List<Markup> plots =
        [
            Plot("Which threshold to choose", "A higher threshold gives fewer false alarms (precision) and finds less (recall).",
            ReportPlots.Sweep(report.Sweep, threshold)),
            Plot("How it separates them", $"Ideally every {target} is on the right and everything else on the left of the threshold.",
            ReportPlots.Histogram(report.Histogram, target, threshold)),
        ];
        if (report.Roc is not null && report.PrecisionRecall is not null)
        {
            plots.Add(Plot("ROC curve", "The closer to the upper left corner, the better.", ReportPlots.Roc(report.Roc, report.Metrics)));
            plots.Add(
                Plot("Precision and recall", "The closer to the upper right corner, the better.",
                ReportPlots.PrecisionRecall(report.PrecisionRecall, report.Metrics)));
        }

        plots.Add(
            Plot("Whether its probabilities mean what they say",
            $"On the dashed line, of the images given 80 %, 80 % are {target}. Large dots stand for many images; the band is where they " +
            "may really lie.",
            ReportPlots.Reliability(report.Reliability)));
        if (report.History.Count > 1)
        {
            plots.Add(
                Plot("How the training went", "If the validation loss rises while the training loss falls, it is learning by heart.",
                ReportPlots.Loss(report.History)));
        }

        return Html($"""<section><h2>The pictures behind the figures</h2><div class="plots">{plots}</div></section>""");
    }

    private static Markup Plot(string title, string reading, Markup svg) =>
        Html($"<figure><h3>{title}</h3><p>{reading}</p>{svg}</figure>\n");

    private static Markup Sheets(TrainingReport report, IReadOnlyDictionary<string, byte[]> thumbnails)
    {
        int mistakes = report.Metrics.Confusion.FalsePositives + report.Metrics.Confusion.FalseNegatives;
        string shown = mistakes > report.Mistakes.Count
            ? $"The worst {report.Mistakes.Count} of {mistakes}." : "All of them, the worst first.";
        return Html($"""
            <section>
            <h2>Where it is wrong: {mistakes} {(mistakes == 1 ? "mistake" : "mistakes")}</h2>
            {(mistakes == 0
                ? Html($"<p>It made no mistake on these images.</p>")
                : Html($"""<p class="dim">{shown} A wrong label shows up here too.</p>{Sheet(report, report.Mistakes, thumbnails)}"""))}
            <h2>Where it is least certain</h2>
            <p class="dim">The images nearest to the threshold. More photos like these would teach it most.</p>
            {Sheet(report, report.Uncertain, thumbnails)}
            {Novel(report, thumbnails)}
            </section>
            """);
    }

    private static Markup Novel(TrainingReport report, IReadOnlyDictionary<string, byte[]> thumbnails) => report.Novel.Count == 0
        ? default
        : Html($"""
            <h2>Which are least like the photos it was trained on</h2>
            <p class="dim">The farthest first: novelty {report.Novel[0].Novelty:0.0} to {report.Novel[^1].Novelty:0.0}, where 100 is as far
            as the farthest training photo. It has seen little of their kind, so more photos like these would tell whether it is right.</p>
            {Sheet(report, [.. report.Novel.Select(novel => novel.Image)], thumbnails)}
            """);

    private static Markup Sheet(TrainingReport report, IReadOnlyList<ScoredImage> images, IReadOnlyDictionary<string, byte[]> thumbnails) =>
        Html($"""<div class="sheet">{images.Select(image => Picture(report, image, thumbnails))}</div>""");

    private static Markup Picture(TrainingReport report, ScoredImage image, IReadOnlyDictionary<string, byte[]> thumbnails)
    {
        string key = TrainingReport.Key(image);
        bool right = image.Probability >= report.Metrics.Threshold == image.IsTarget;
        Markup picture = thumbnails.TryGetValue(key, out byte[]? bytes)
            ? Html($"""<img alt="{key}" src="data:{MediaType(bytes)};base64,{Convert.ToBase64String(bytes)}">""")
            : Html($"""<div class="missing">no picture</div>""");
        (string verdict, string mark) = right ? ("yes", "✓") : ("no", "✗");
        string share = ReportSentences.Share(image.Probability);
        return Html($"""<figure>{picture}<figcaption><span class="{verdict}">{mark} {share}</span> {key}</figcaption></figure>""");
    }

    private static Markup Quality(TrainingReport report)
    {
        EvaluationMetrics metrics = report.Metrics;
        return Html($"""
            <section>
            <h2>All figures</h2>
            <p class="dim">The range, called likely above, is a 95 % interval: the figure that endless photos of this kind
            would give is most likely within it. It leaves room for mistakes that did not happen on these photos.</p>
            <div class="scroll"><table>
            <tr><th>figure</th><th class="n">value</th><th class="n">95 % range</th><th>what it means</th></tr>
            {Row("accuracy", metrics.Accuracy, "share of all decisions that are right")}
            {Row("precision", metrics.Precision, $"when it says {report.Manifest.Target}, how often it is right")}
            {Row("recall", metrics.Recall, $"share of {report.Manifest.Target} photos that it finds")}
            {Row("false alarm rate", metrics.FalseAlarmRate, $"share of other photos that it calls {report.Manifest.Target}")}
            {Row("F1", metrics.F1, "precision and recall in one figure (harmonic mean)")}
            {Row("ROC AUC", metrics.RocAuc, "how well it ranks, whatever the threshold; 0.5 is guessing")}
            {Row("PR AUC", metrics.PrAuc, "average precision over all recalls")}
            {Row("Brier score", metrics.Brier, "squared error of its probabilities; 0 is best")}
            {Row("ECE", metrics.Ece, "how far its probabilities are from the truth on average; 0 is best")}
            </table></div>
            </section>
            """);
    }

    private static Markup Row(string name, Interval interval, string meaning) => Html($"""
        <tr><td>{name}</td><td class="n">{Value(interval.Value, Decimal)}</td>
        <td class="n">{Range("", interval, Decimal)}</td><td>{meaning}</td></tr>
        """);

    private static string Range(string before, Interval interval, Func<double, string> format) =>
        interval is { Low: { } low, High: { } high } ? $"{before}{format(low)} – {format(high)}" : "";

    private static string Value(double? value, Func<double, string> format) => value is { } number ? format(number) : "not defined";

    private static string Decimal(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string MediaType(ReadOnlySpan<byte> image) => image is [0x89, ..] ? "image/png" : "image/jpeg";

    private static Markup ReadStyle()
    {
        using Stream stream = typeof(ReportPage).Assembly.GetManifestResourceStream("report.css")!;
        using StreamReader reader = new(stream);
        return new Markup(reader.ReadToEnd());
    }
}
