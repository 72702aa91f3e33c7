namespace ClockFunctions.Distill.Views;

/// <summary>What decides the content of a view cache: the same options give the same bytes.</summary>
public sealed record CacheOptions
{
    /// <summary>Number of training views. Default 40,000.</summary>
    public int Views { get; init; } = 40_000;

    /// <summary>Every how many-th photo, by content hash, is held out for validation. Default 20.</summary>
    public int HoldOutEvery { get; init; } = 20;

    /// <summary>Views of each held-out photo. Default 3.</summary>
    public int ValidationViews { get; init; } = 3;

    /// <summary>Side in pixels of the views that are kept for the student. Default 160.</summary>
    public int StudentSize { get; init; } = 160;

    public int Seed { get; init; } = 1;
}
