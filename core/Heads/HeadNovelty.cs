namespace ClockFunctions.Core.Heads;

/// <summary>How well a version tells images that are unlike its training photos, and the file with which it does.</summary>
/// <param name="RocAuc">
/// How well its distances tell probes (drawn pictures, and held-out photos cut up and shuffled; the kind that they tell worse) from
/// held-out photos, 0–1; 0.5 is guessing.
/// </param>
/// <param name="Count">Training photos.</param>
/// <param name="Sha256">
/// SHA-256 of <c>novelty.safetensors</c>, lower-case hex; null where <paramref name="RocAuc"/> was too low: then there is no such file,
/// and scores carry no novelty.
/// </param>
public sealed record HeadNovelty(double RocAuc, int Count, string? Sha256);
