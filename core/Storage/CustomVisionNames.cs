namespace ClockFunctions.Core.Storage;

/// <summary>What the Custom Vision addresses need to remember: the blob <c>customvision.json</c> in container <c>models</c>.</summary>
public sealed record CustomVisionNames
{
    /// <summary>Tags that were created and may have no image yet.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The version that was published under each name.</summary>
    public IReadOnlyDictionary<string, string> Published { get; init; } = new Dictionary<string, string>();
}
