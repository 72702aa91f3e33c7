namespace ClockFunctions.Core.Settings;

/// <summary>The addresses of Azure AI Custom Vision that this service answers too: see docs/customvision.md.</summary>
public sealed record CustomVisionOptions
{
    /// <summary>
    /// What header <c>Prediction-Key</c> must hold. Default none: then only callers on the same machine can score by these addresses.
    /// </summary>
    public string? PredictionKey { get; init; }

    /// <summary>
    /// What header <c>Training-Key</c> must hold. Default none: then only callers on the same machine can use the training addresses.
    /// </summary>
    public string? TrainingKey { get; init; }

    /// <summary>
    /// Whether images are fetched from addresses that callers name: https, public addresses and images only. Default false, because a
    /// server that fetches what it is told to can be misused.
    /// </summary>
    public bool FetchUrls { get; init; }
}
