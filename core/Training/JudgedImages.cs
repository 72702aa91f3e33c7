using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Metrics;

namespace ClockFunctions.Core.Training;

/// <summary>The images that a head is judged on, each with the probability that a head gave which had not seen it.</summary>
/// <param name="Images">Their indices in the training set.</param>
/// <param name="Scored">In the same order.</param>
/// <param name="Provisional">Whether they are the images that the head was trained on, left out one by one to judge it.</param>
internal sealed record JudgedImages(int[] Images, ScoredImage[] Scored, bool Provisional)
{
    /// <summary>In words, to follow their number.</summary>
    public string Description => Provisional
        ? "training images, each scored by a head that was trained without it (leave-one-out), for there are too few to hold some out"
        : "validation images, held out from training";

    /// <summary>The same for the gate's sentence.</summary>
    public string ShortDescription => Provisional ? "training images by leave-one-out" : "validation images";

    /// <summary>The images of one side of the split, scored by the head itself.</summary>
    public static JudgedImages HeldOut(FittedHead fitted, TrainingSet set, bool[] validation, string target)
    {
        int[] images = [.. Enumerable.Range(0, set.Count).Where(i => validation[i])];
        LearnedHead head = new(fitted.Weight, fitted.Bias, fitted.Threshold);
        return new JudgedImages(images, set.Score(head, target, images), Provisional: false);
    }

    /// <summary>All images of a set, in its order.</summary>
    public static JudgedImages LeftOut(ScoredImage[] scored) =>
        new([.. Enumerable.Range(0, scored.Length)], scored, Provisional: true);
}
