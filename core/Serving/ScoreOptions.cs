namespace ClockFunctions.Core.Serving;

/// <summary>What a caller may choose for one score.</summary>
public sealed record ScoreOptions
{
    public static ScoreOptions Default { get; } = new();

    /// <summary>Which head answers; null (default): the current model's, or <c>summed</c> before there is one.</summary>
    public HeadKind? Head { get; init; }

    /// <summary>Probability at or above which an image is the target, 0–1; null (default): the head's own.</summary>
    public double? Threshold { get; init; }

    /// <summary>Whether to draw what a learned head looked at. Default no.</summary>
    public bool Explain { get; init; }
}

public enum HeadKind
{
    Learned,
    Summed,
    TopK,
}
