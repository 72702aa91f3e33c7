using System.Globalization;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Metrics;

namespace ClockFunctions.Core.Reports;

/// <summary>A report in plain words, for a person who never trained a model.</summary>
public static class ReportSentences
{
    /// <summary>Below this many images of either kind, the figures are called rough.</summary>
    private const int Few = 30;

    /// <summary>The findings, the most important first.</summary>
    public static IReadOnlyList<string> Of(TrainingReport report)
    {
        EvaluationMetrics metrics = report.Metrics;
        string target = report.Manifest.Target;
        List<string> sentences =
        [
            $"It was measured on {Number(metrics.Count)} {report.Subject.Description}: {Number(metrics.Positives)} of {target}, " +
                $"{Number(metrics.Count - metrics.Positives)} of other things.",
        ];
        if (Overlap(report.Subject, metrics.Count) is { } overlap)
        {
            sentences.Add(overlap);
        }

        if (metrics.Positives > 0)
        {
            sentences.Add(Found(metrics, target));
        }

        if (metrics.Positives < metrics.Count)
        {
            sentences.Add(FalseAlarms(metrics, target));
        }

        if (metrics.Precision.Value is { } precision)
        {
            sentences.Add($"When it says {target}, it is right {Share(precision)} of the time{Range(metrics.Precision, Share)}.");
        }

        if (metrics.RocAuc.Value is { } auc)
        {
            sentences.Add(
                $"Given one photo of {target} and one of something else, it gives the {target} the higher probability {OfThousand(auc)} " +
                $"times of 1,000 (ROC AUC {auc.ToString("0.0000", CultureInfo.InvariantCulture)}).");
        }

        if (metrics.Ece.Value is { } gap)
        {
            sentences.Add(
                $"Its probabilities are off by {(100 * gap).ToString("0.0", CultureInfo.InvariantCulture)} percentage points on " +
                $"average: {(gap < 0.05 ? "they can be read as they are" : "read them as a ranking rather than as odds")}.");
        }

        if (report.Manifest.Provisional)
        {
            sentences.Add(
                "It is provisional: there were too few photos to hold some out, so it was trained on all of them. The first head that " +
                "can be judged on photos kept aside replaces it, if it is no worse than the network without training.");
        }

        if (report.Manifest.Prior is { } prior)
        {
            sentences.Add(Known(prior, target));
        }

        if (report.Manifest.Novelty is { } novelty)
        {
            sentences.Add(Novelty(novelty));
        }

        if (Math.Min(metrics.Positives, metrics.Count - metrics.Positives) is > 0 and < Few and int few)
        {
            sentences.Add(
                $"With only {few} images of {(few == metrics.Positives ? target : "other things")} to measure on, every figure here is " +
                "rough: add more before relying on it.");
        }

        return sentences;
    }

    /// <summary><c>98.3 %</c>; never rounded up to 100 % or down to 0 %.</summary>
    public static string Share(double share)
    {
        double percent = Math.Round(100 * share, share is > 0.1 and < 0.9 ? 0 : 1);
        return percent switch
        {
            >= 100 when share < 1 => "over 99.9 %",
            <= 0 when share > 0 => "under 0.1 %",
            _ => string.Create(CultureInfo.InvariantCulture, $"{percent:0.#} %"),
        };
    }

    /// <summary>What the network knew before anybody labelled a photo.</summary>
    private static string Known(HeadPrior prior, string target)
    {
        string classes = string.Join(", ", prior.Classes.Select(id => ImageNetClasses.Names[id]));
        string start =
            $"Before it was trained, the network's own classes ({classes}) told {target} from other things on the training photos with " +
            $"ROC AUC {prior.RocAuc.ToString("0.000", CultureInfo.InvariantCulture)}: ";
        return start + (prior.Share > 0
            ? $"that makes up {Share(prior.Share)} of this head."
            : "too little to build on, so nothing of it is in this head.");
    }

    /// <summary>Whether its scores can say that a photo is unlike what it was trained on.</summary>
    private static string Novelty(HeadNovelty novelty)
    {
        string start = $"It tells pictures that are no such photos from photos like its training photos {OfThousand(novelty.RocAuc)} " +
            $"times of 1,000 (ROC AUC {novelty.RocAuc.ToString("0.000", CultureInfo.InvariantCulture)}): ";
        return start + (novelty.Sha256 is null
            ? "too seldom, so its scores do not say how novel a photo is."
            : "so its scores say how novel a photo is, from 0 to 100.");
    }

    private static string Found(EvaluationMetrics metrics, string target)
    {
        int found = metrics.Confusion.TruePositives;
        string start =
            $"At threshold {Threshold(metrics.Threshold)} it found {Number(found)} of {Number(metrics.Positives)} photos of {target}";
        return found == metrics.Positives
            ? $"{start}: none was missed{Unproven(1 - metrics.Recall.Low, "misses")}."
            : $"{start}: {Share(metrics.Recall.Value!.Value)}{Range(metrics.Recall, Share)}.";
    }

    private static string FalseAlarms(EvaluationMetrics metrics, string target)
    {
        int alarms = metrics.Confusion.FalsePositives;
        int others = metrics.Count - metrics.Positives;
        return alarms == 0
            ? $"It raised no false alarm on {Number(others)} other photos{Unproven(metrics.FalseAlarmRate.High, "false alarms")}."
            : $"It called {Number(alarms)} of {Number(others)} other photos {target} by mistake: " +
                $"{PerHundred(metrics.FalseAlarmRate.Value!.Value)} per 100 other photos{Range(metrics.FalseAlarmRate, PerHundred)}.";
    }

    /// <summary>What may hide behind a perfect count: the far end of its interval.</summary>
    private static string Unproven(double? share, string what) =>
        share is { } possible ? $" (so few photos cannot rule out {what} in up to {Share(possible)} of cases)" : "";

    private static string? Overlap(EvaluationSubject subject, int count) => subject switch
    {
        { TrainedOn: null } => null,
        { TrainedOn: 0, ValidatedOn: 0 } => "None of them was in its training data.",
        { TrainedOn: 0, ValidatedOn: var validated } =>
            $"None of them was trained on; {(validated == count ? "all" : Number(validated ?? 0))} were held out of its training to " +
                "judge it.",
        { TrainedOn: var trained } =>
            $"Beware: it was trained on {(trained == count ? "all" : Part(trained.Value, count))} of them." +
            " It has seen these answers, so the figures flatter it.",
    };

    private static string Part(int part, int whole) => $"{Number(part)} ({Share((double)part / whole)})";

    private static string Range(Interval interval, Func<double, string> format) =>
        interval is { Low: { } low, High: { } high } ? $" (likely {format(low)} to {format(high)})" : "";

    private static string PerHundred(double share) =>
        share is > 0 and < 0.0005 ? "under 0.1" : (100 * share).ToString(share < 0.1 ? "0.#" : "0", CultureInfo.InvariantCulture);

    private static string OfThousand(double auc) => auc is < 1 and > 0.9995 ? "more than 999" : Number((int)Math.Round(1000 * auc));

    private static string Threshold(double threshold) => threshold.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
