using ClockFunctions.Core.Reports;
using ClockFunctions.Core.Training.Default;

namespace ClockFunctions.Core.Training;

/// <summary>What a training cost in processor time, beside what the other recipe would have.</summary>
internal static class TrainingCosts
{
    /// <summary>Epochs of the notebook: each sends a new view of every training image through the backbone.</summary>
    private const int NotebookEpochs = 100;

    /// <param name="cpuSeconds">Of the training, features not included.</param>
    /// <param name="trainImages">Images trained on.</param>
    /// <param name="extraction">What features cost; null when nobody measured it.</param>
    public static IReadOnlyList<TrainingCost> OfDefault(double cpuSeconds, int trainImages, ExtractionCost? extraction)
    {
        List<TrainingCost> costs = [new(DefaultRecipe.Name, cpuSeconds, "measured, on features that were computed before")];
        if (extraction is { } cost)
        {
            if (cost.Views > 0)
            {
                costs.Add(new("default, features included", cpuSeconds + (cost.Views * cost.CpuSecondsPerView),
                    $"measured: {cost.Views} views through the backbone, once; the next training finds them in the cache"));
            }

            double milliseconds = cost.CpuSecondsPerView * 1000;
            costs.Add(new("notebook", NotebookEpochs * trainImages * cost.CpuSecondsPerView, FormattableString.Invariant(
                $"estimated: {NotebookEpochs} epochs × {trainImages} training images × {milliseconds:0.0} ms a view, measured here")));
        }

        return costs;
    }
}
