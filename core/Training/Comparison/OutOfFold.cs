using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Metrics;

namespace ClockFunctions.Core.Training.Comparison;

/// <summary>Scores of a cross-validation: each image by the head that was trained without its fold.</summary>
/// <param name="Probabilities">For what needs no threshold: ROC AUC, Brier score and the like.</param>
/// <param name="Decisions">1 where the head that scored the image calls it the target at its own threshold, 0 elsewhere.</param>
/// <param name="Threshold">The folds' median threshold.</param>
public sealed record OutOfFold(ScoredImage[] Probabilities, ScoredImage[] Decisions, double Threshold)
{
    /// <summary>Trains a head a fold and scores the fold with it.</summary>
    /// <param name="set">All images.</param>
    /// <param name="target">The label that is the target.</param>
    /// <param name="fold">The fold of each image, from 0.</param>
    /// <param name="train">Trains on the images of these indices, to score those of the second.</param>
    public static OutOfFold Score(TrainingSet set, string target, int[] fold, Func<int[], int[], IHead> train)
    {
        ScoredImage[] probabilities = new ScoredImage[set.Count];
        ScoredImage[] decisions = new ScoredImage[set.Count];
        List<double> thresholds = [];
        foreach (int held in fold.Distinct().Order())
        {
            int[] test = [.. Enumerable.Range(0, set.Count).Where(i => fold[i] == held)];
            IHead head = train([.. Enumerable.Range(0, set.Count).Where(i => fold[i] != held)], test);
            thresholds.Add(head.Threshold);
            foreach ((int image, ScoredImage scored) in test.Zip(set.Score(head, target, test)))
            {
                probabilities[image] = scored;
                decisions[image] = scored with { Probability = scored.Probability >= head.Threshold ? 1 : 0 };
            }
        }

        thresholds.Sort();
        return new OutOfFold(probabilities, decisions, thresholds[thresholds.Count / 2]);
    }

    /// <summary>All metrics: accuracy, precision, recall and F1 of the decisions, the others of the probabilities.</summary>
    public EvaluationMetrics Metrics()
    {
        EvaluationMetrics decided = Evaluator.Evaluate(Decisions, 0.5);
        return Evaluator.Evaluate(Probabilities, Threshold) with
        {
            Confusion = decided.Confusion,
            Accuracy = decided.Accuracy,
            Precision = decided.Precision,
            Recall = decided.Recall,
            F1 = decided.F1,
            FalseAlarmRate = decided.FalseAlarmRate,
        };
    }
}
