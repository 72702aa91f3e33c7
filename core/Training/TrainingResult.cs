using System.Text.Json;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Reports;

namespace ClockFunctions.Core.Training;

/// <summary>A trained and measured head, with the gate's decision in its manifest.</summary>
/// <param name="Head">Ready to score.</param>
/// <param name="Weights">The bytes of <c>head.safetensors</c>.</param>
/// <param name="Manifest"><c>head.json</c>.</param>
/// <param name="Report"><c>report.json</c>.</param>
public sealed record TrainingResult(LearnedHead Head, byte[] Weights, HeadManifest Manifest, TrainingReport Report)
{
    /// <summary>The bytes of <c>novelty.safetensors</c>; null where there is no such file.</summary>
    public byte[]? Novelty { get; init; }

    /// <summary>Whether the gate let it through.</summary>
    public bool IsPublished => Manifest.State == PublishingGate.Published;

    /// <summary>The files of the head, for the registry or a folder.</summary>
    /// <param name="thumbnails">
    /// JPEG bytes by <see cref="TrainingReport.Key"/>, for <see cref="TrainingReport.Pictures"/>; any may be missing.
    /// </param>
    public HeadDirectory ToDirectory(IReadOnlyDictionary<string, byte[]> thumbnails) =>
        new(Weights, Manifest, JsonSerializer.Serialize(Report, Json.Indented), ReportPage.Render(Report, thumbnails))
        {
            Novelty = Novelty,
        };
}
