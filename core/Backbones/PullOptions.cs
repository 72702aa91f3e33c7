using ClockFunctions.Core.Backbones.Download;

namespace ClockFunctions.Core.Backbones;

/// <summary>How a known backbone is downloaded.</summary>
public sealed record PullOptions
{
    /// <summary>
    /// A mirror's URL (http or https) or a local file, instead of the known source. Its length and hash are checked all the same.
    /// </summary>
    public string? From { get; init; }

    /// <summary>Longest wait for the next bytes. Default 30 s.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public IProgress<DownloadProgress>? Progress { get; init; }
}
