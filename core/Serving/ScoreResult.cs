namespace ClockFunctions.Core.Serving;

/// <summary>A score, and the picture that explains it.</summary>
/// <param name="Score">The answer.</param>
/// <param name="Overlay">PNG of the image with the heat of its class activation map; null unless asked for.</param>
public sealed record ScoreResult(Score Score, byte[]? Overlay);
