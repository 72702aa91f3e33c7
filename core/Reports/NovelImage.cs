using ClockFunctions.Core.Metrics;

namespace ClockFunctions.Core.Reports;

/// <summary>A held-out image with how unlike the training photos it is.</summary>
/// <param name="Image">The image.</param>
/// <param name="Novelty">0–100, as a percentile of the training photos' own distances.</param>
public sealed record NovelImage(ScoredImage Image, double Novelty)
{
    /// <summary>The most novel of some images, the farthest first.</summary>
    /// <param name="scored">The images.</param>
    /// <param name="novelty">Of each.</param>
    public static IReadOnlyList<NovelImage> Most(IReadOnlyList<ScoredImage> scored, IReadOnlyList<double> novelty) =>
        [.. scored.Select((image, i) => new NovelImage(image, novelty[i]))
            .OrderByDescending(image => image.Novelty).ThenBy(image => TrainingReport.Key(image.Image), StringComparer.Ordinal)
            .Take(TrainingReport.MostPictures)];
}
