namespace ClockFunctions.Core.Training.Novelty;

/// <summary>Features of images that a head ought to find unlike its training photos: what its sense of novelty is judged on.</summary>
/// <param name="Pictures">Of <see cref="ProbePictures"/>, F float32 each.</param>
/// <param name="Shuffled">
/// Of held-out photos that were cut up and shuffled (<see cref="ShuffledPhoto"/>): the same colours and textures without the things.
/// </param>
public sealed record NoveltyProbes(IReadOnlyList<float[]> Pictures, IReadOnlyList<float[]> Shuffled);
