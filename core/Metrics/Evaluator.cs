namespace ClockFunctions.Core.Metrics;

/// <summary>Measures a binary classifier on scored images, with 95 % bootstrap percentile intervals (Efron and Tibshirani 1993, chapter 13).</summary>
public static class Evaluator
{
    /// <summary>All metrics at a threshold: an image is called the target when its probability is at or above it.</summary>
    /// <param name="scored">At least one image; with one class only, what needs both is null.</param>
    /// <param name="threshold">0–1.</param>
    /// <param name="seed">Seed of the resampling: the same seed gives the same intervals.</param>
    /// <param name="resamples">Resamples behind each interval; 0 gives values without intervals.</param>
    /// <remarks>Images are resampled regardless of class. A resample in which a metric does not exist (one class
    /// drawn, nothing called the target) is left out of that metric's interval.</remarks>
    /// <exception cref="ArgumentException">There are no images, or a probability is not a number in 0–1.</exception>
    public static EvaluationMetrics Evaluate(IReadOnlyList<ScoredImage> scored, double threshold, int seed = 1, int resamples = 1000)
    {
        RankedScores ranked = new(scored);
        Statistics statistics = new(ranked, threshold);

        int[] once = new int[ranked.Count];
        Array.Fill(once, 1);
        (double?[] values, ConfusionMatrix confusion) = statistics.Of(once);

        List<double>[] resampled = [.. values.Select(_ => new List<double>(resamples))];
        Resampling resampling = new(seed);
        int[] counts = new int[ranked.Count];
        for (int i = 0; i < resamples; i++)
        {
            resampling.Draw(counts);
            double?[] drawn = statistics.Of(counts).Values;
            for (int metric = 0; metric < drawn.Length; metric++)
            {
                if (drawn[metric] is { } value)
                {
                    resampled[metric].Add(value);
                }
            }
        }

        Interval[] intervals = [.. values.Zip(resampled, Percentiles)];
        return new EvaluationMetrics
        {
            Count = ranked.Count,
            Positives = ranked.Positives,
            Threshold = threshold,
            Confusion = confusion,
            Accuracy = intervals[0],
            Precision = intervals[1],
            Recall = intervals[2],
            F1 = intervals[3],
            RocAuc = intervals[4],
            PrAuc = intervals[5],
            Brier = intervals[6],
            Ece = intervals[7],
            FalseAlarmRate = intervals[8],
        };
    }

    private static Interval Percentiles(double? value, List<double> resampled)
    {
        if (value is null || resampled.Count == 0)
        {
            return new Interval(value, null, null);
        }

        resampled.Sort();
        return new Interval(value, Quantile(resampled, 0.025), Quantile(resampled, 0.975));
    }

    /// <summary>Linear interpolation between order statistics (definition 7 of Hyndman and Fan 1996).</summary>
    private static double Quantile(List<double> sorted, double share)
    {
        double position = share * (sorted.Count - 1);
        int below = (int)position;
        int above = Math.Min(below + 1, sorted.Count - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }

    /// <summary>All metrics of a weighted sample, in one walk down the ranking.</summary>
    private sealed class Statistics
    {
        private readonly RankedScores _ranked;
        private readonly int _called;
        private readonly bool[] _endsTie;
        private readonly double[] _squaredErrors;
        private readonly int[] _bins;

        public Statistics(RankedScores ranked, double threshold)
        {
            _ranked = ranked;
            _called = ranked.CountAtOrAbove(threshold);
            _endsTie = [.. Enumerable.Range(0, ranked.Count).Select(ranked.EndsTie)];
            _squaredErrors = [.. ranked.Scores.Zip(ranked.Targets, (score, target) => Math.Pow(score - (target ? 1 : 0), 2))];
            _bins = [.. ranked.Scores.Select(ReliabilityCurve.Bin)];
        }

        public (double?[] Values, ConfusionMatrix Confusion) Of(ReadOnlySpan<int> counts)
        {
            Span<double> binDeviation = stackalloc double[ReliabilityCurve.BinCount];
            binDeviation.Clear();
            long found = 0, alarms = 0, foundBeforeTie = 0, alarmsBeforeTie = 0;
            double pairsWon = 0, precisionSum = 0, squaredError = 0;
            ConfusionMatrix called = new(0, 0, 0, 0);
            for (int rank = 0; rank < counts.Length; rank++)
            {
                if (rank == _called)
                {
                    called = new((int)found, (int)alarms, 0, 0);
                }

                int count = counts[rank];
                bool target = _ranked.Targets[rank];
                found += target ? count : 0;
                alarms += target ? 0 : count;
                squaredError += count * _squaredErrors[rank];
                binDeviation[_bins[rank]] += count * ((target ? 1 : 0) - _ranked.Scores[rank]);
                if (_endsTie[rank])
                {
                    // A positive beats every negative below it, and half of those it ties with (Mann–Whitney).
                    pairsWon += (alarms - alarmsBeforeTie) * (found + foundBeforeTie) / 2.0;
                    precisionSum += found == foundBeforeTie ? 0 : (found - foundBeforeTie) * (double)found / (found + alarms);
                    (foundBeforeTie, alarmsBeforeTie) = (found, alarms);
                }
            }

            if (_called == counts.Length)
            {
                called = new((int)found, (int)alarms, 0, 0);
            }

            ConfusionMatrix confusion = called with
            {
                FalseNegatives = (int)found - called.TruePositives,
                TrueNegatives = (int)alarms - called.FalsePositives,
            };

            double deviation = 0;
            foreach (double bin in binDeviation)
            {
                deviation += Math.Abs(bin);
            }

            double all = found + alarms;
            return ([
                (confusion.TruePositives + confusion.TrueNegatives) / all,
                confusion.Precision,
                confusion.Recall,
                confusion.F1,
                found > 0 && alarms > 0 ? pairsWon / ((double)found * alarms) : null,
                found > 0 && alarms > 0 ? precisionSum / found : null,
                squaredError / all,
                deviation / all,
                confusion.FalseAlarmRate,
            ], confusion);
        }
    }
}
