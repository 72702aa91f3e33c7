using System.ComponentModel.DataAnnotations;

namespace ClockFunctions.Core.Settings;

/// <summary>How scoring uses the machine.</summary>
public sealed record ServingOptions
{
    /// <summary>How often the pointer to the current head is asked for a change (0.1 s – 10 min). Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Images scored at the same time; 0 (default) is one a processor.</summary>
    [Range(0, 1024)]
    public int Concurrency { get; init; }

    /// <summary>ONNX Runtime threads within one image; 0 (default) chooses by <see cref="Concurrency"/>.</summary>
    [Range(0, 1024)]
    public int IntraOpThreads { get; init; }

    /// <summary>What <see cref="IntraOpThreads"/> comes to on this machine: the processors shared among the places.</summary>
    internal int ThreadsAnImage => IntraOpThreads > 0 ? IntraOpThreads : Math.Max(1, Environment.ProcessorCount / Places);

    /// <summary>What <see cref="Concurrency"/> comes to on this machine.</summary>
    internal int Places => Concurrency > 0 ? Concurrency : Environment.ProcessorCount;

    /// <summary>Images that may wait for a place before 503 is answered (0–100,000). Default 64.</summary>
    [Range(0, 100_000)]
    public int MaxQueue { get; init; } = 64;

    /// <summary>
    /// How long each MiB of a request's body may take to come, and what is left at its end (1 s – 10 min). Default 20 s. What is slower
    /// gets 408.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Novelty (0–100) above which the label of a score is <c>unknown</c>. Default null: never. Ignored where a score has no novelty.
    /// </summary>
    [Range(0.0, 100.0)]
    public double? UnknownAbove { get; init; }

    /// <summary>
    /// Local host only: the key (header <c>x-functions-key</c>) with which a caller from another machine may publish and add
    /// training images. Default none: only callers on the same machine may.
    /// </summary>
    public string? AdminKey { get; init; }

    /// <summary>
    /// Most files in one multipart request (1–10,000). Default 64. They get their places in the queue all together or not at
    /// all, so that a request can never have more of them than <see cref="Concurrency"/> and <see cref="MaxQueue"/> come to.
    /// </summary>
    [Range(1, 10_000)]
    public int MaxFiles { get; init; } = 64;
}
