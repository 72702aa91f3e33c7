namespace ClockFunctions.Core.Heads;

/// <summary>What a network's own classifier knew about the target before the head was trained, and how much of it is in the head.</summary>
/// <param name="Classes">0-based ImageNet ids that were taken to mean the target.</param>
/// <param name="RocAuc">How well the classifier alone ranks the training photos, 0–1; 0.5 is guessing.</param>
/// <param name="Share">Its share of the head's margin, 0–1; the rest was learned. 0 where it ranks too badly to be trusted.</param>
public sealed record HeadPrior(IReadOnlyList<int> Classes, double RocAuc, double Share);
