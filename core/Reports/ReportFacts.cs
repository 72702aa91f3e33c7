using System.Globalization;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Metrics;
using static ClockFunctions.Core.Reports.Markup;

namespace ClockFunctions.Core.Reports;

/// <summary>The last part of a report's page: the rivals, what it was trained on and what that took.</summary>
internal static class ReportFacts
{
    public static Markup Of(TrainingReport report) => Html($"{Rivals(report)}{Costs(report)}{Training(report)}");

    private static Markup Rivals(TrainingReport report) => report.Rivals.Count == 0 ? default : Html($"""
        <section>
        <h2>Against other heads, on the same images</h2>
        <div class="scroll"><table>
        <tr><th>head</th><th class="n">threshold</th><th class="n">accuracy</th><th class="n">precision</th>
        <th class="n">recall</th><th class="n">ROC AUC</th></tr>
        {Rival("this head", report.Metrics)}{report.Rivals.Select(rival => Rival(rival.Name, rival.Metrics))}
        </table></div>
        </section>
        """);

    private static Markup Rival(string name, EvaluationMetrics metrics) => Html(
        $"""
        <tr><td>{name}</td><td class="n">{metrics.Threshold:0.####}</td>
        {Number(metrics.Accuracy)}{Number(metrics.Precision)}{Number(metrics.Recall)}{Number(metrics.RocAuc)}</tr>
        """);

    private static Markup Number(Interval interval) =>
        Html($"""<td class="n">{interval.Value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "–"}</td>""");

    private static Markup Costs(TrainingReport report)
    {
        if (report.Costs.Count == 0)
        {
            return default;
        }

        TrainingCost own = report.Costs.FirstOrDefault(cost => cost.Recipe == report.Manifest.Recipe) ?? report.Costs[0];
        return Html($"""
            <section>
            <h2>What the training took</h2>
            <div class="scroll"><table>
            <tr><th>recipe</th><th class="n">CPU seconds</th><th class="n">times this one</th><th>how the figure was got</th></tr>
            {report.Costs.Select(cost => Cost(cost, own))}
            </table></div>
            </section>
            """);
    }

    private static Markup Cost(TrainingCost cost, TrainingCost own) => Html($"""
        <tr><td>{cost.Recipe}</td><td class="n">{cost.CpuSeconds:0.##}</td>
        <td class="n">{Times(cost, own)}</td><td>{cost.How}</td></tr>
        """);

    private static string Times(TrainingCost cost, TrainingCost own) =>
        own.CpuSeconds > 0
        ? (cost.CpuSeconds / own.CpuSeconds).ToString(cost.CpuSeconds < 10 * own.CpuSeconds ? "0.0" : "N0", CultureInfo.InvariantCulture)
        : "–";

    private static Markup Training(TrainingReport report)
    {
        HeadManifest manifest = report.Manifest;
        (double slope, double offset) = (manifest.Calibration.A, manifest.Calibration.B);
        return Html($"""
            <section>
            <h2>What it was trained on</h2>
            <div class="scroll"><table>
            {Fact("training images", Labels(manifest.LabelCounts))}
            {Fact("measured on", Labels(report.Subject.LabelCounts))}
            {report.LeftOut.Select(sentence => Fact("not trained on", Html($"{sentence}")))}
            {Fact("fingerprint of the training images", Html($"<code>{manifest.Fingerprint}</code>"))}
            {Fact("backbone", Html($"{manifest.Backbone} <code>{manifest.BackboneSha256}</code>"))}
            {Fact("pipeline", Html($"{manifest.Pipeline}"))}
            {Fact("features", Html($"{manifest.FeatureWidth:N0}"))}
            {Fact("recipe", Html($"{manifest.Recipe}, seed {manifest.Seed}"))}
            {manifest.RecipeOptions.Select(option => Fact(option.Key, Html($"{option.Value}")))}
            {Fact("calibration", Html($"probability = 1 / (1 + exp(−({slope:0.####} z + {offset:0.####}))), folded into the weights"))}
            {Fact("parent", Html($"{manifest.Parent ?? "none: the first"}"))}
            {Fact("head file", Html($"<code>{manifest.WeightsSha256}</code>"))}
            </table></div>
            </section>
            """);
    }

    private static Markup Fact(string name, Markup value) => Html($"<tr><td>{name}</td><td>{value}</td></tr>\n");

    private static Markup Labels(IReadOnlyDictionary<string, int> counts) =>
        Html($"{counts.Values.Sum():N0}: {string.Join(", ", counts.OrderByDescending(count => count.Value).Select(Label))}");

    private static string Label(KeyValuePair<string, int> count) =>
        $"{count.Value.ToString("N0", CultureInfo.InvariantCulture)} {count.Key}";
}
