namespace ClockFunctions.Core.Serving.CustomVision;

/// <summary>What a classification answers.</summary>
/// <param name="Id">Of this answer, a new one each time.</param>
/// <param name="Project">As the caller named it.</param>
/// <param name="Iteration">Of the version that answered.</param>
/// <param name="Created">Now.</param>
/// <param name="Predictions">The most probable first.</param>
internal sealed record ImagePrediction(
    Guid Id, Guid Project, Guid Iteration, DateTimeOffset Created, IReadOnlyList<TagPrediction> Predictions);

/// <summary>One tag of an answer.</summary>
/// <param name="Probability">0–1; those of the two tags sum to 1.</param>
/// <param name="TagId">See <see cref="CustomVisionId"/>.</param>
/// <param name="TagName">The label.</param>
/// <param name="TagType"><c>Regular</c> for the target, <c>Negative</c> for its complement.</param>
internal sealed record TagPrediction(double Probability, Guid TagId, string TagName, string TagType);

internal sealed record CustomVisionError(string Code, string Message);

internal sealed record ProjectSettings(Guid DomainId, string ClassificationType, bool UseNegativeSet);

internal sealed record Project(Guid Id, string Name, string Description, ProjectSettings Settings, string Status = "Succeeded");

internal sealed record Domain(Guid Id, string Name, string Type = "Classification", bool Exportable = false, bool Enabled = true);

internal sealed record Tag(Guid Id, string Name, string Description, string Type, int ImageCount);

internal sealed record ImageTag(Guid TagId, string TagName);

/// <summary>A training image. Its size in pixels and its age are not known without reading it, and are left out.</summary>
internal sealed record TaggedImage(
    Guid Id, string ResizedImageUri, string ThumbnailUri, string OriginalImageUri, IReadOnlyList<ImageTag> Tags);

internal sealed record ImageCreateSummary(bool IsBatchSuccessful, IReadOnlyList<ImageCreateResult> Images);

/// <param name="SourceUrl">Name of the file, or the address that it came from.</param>
/// <param name="Status"><c>OK</c>, <c>OKDuplicate</c>, or one of their errors.</param>
/// <param name="Image">Null when there was an error.</param>
internal sealed record ImageCreateResult(string SourceUrl, string Status, TaggedImage? Image);

internal sealed record Iteration
{
    public required Guid Id { get; init; }

    /// <summary>The version; of a training that goes on, what it will be after.</summary>
    public required string Name { get; init; }

    /// <summary><c>Training</c>, <c>Completed</c> or <c>Failed</c>.</summary>
    public required string Status { get; init; }

    public required Guid ProjectId { get; init; }

    public DateTimeOffset? Created { get; init; }

    public DateTimeOffset? LastModified { get; init; }

    public DateTimeOffset? TrainedAt { get; init; }

    public bool Exportable { get; init; }

    public string ClassificationType { get; init; } = "Multiclass";

    public string TrainingType { get; init; } = "Regular";

    public string? PublishName { get; init; }

    public string? TrainingErrorDetails { get; init; }
}

internal sealed record IterationPerformance(
    double? Precision, double? Recall, double? AveragePrecision, double PrecisionStdDeviation, double RecallStdDeviation,
    IReadOnlyList<TagPerformance> PerTagPerformance);

internal sealed record TagPerformance(
    Guid Id, string Name, double? Precision, double? Recall, double? AveragePrecision, double PrecisionStdDeviation,
    double RecallStdDeviation);
