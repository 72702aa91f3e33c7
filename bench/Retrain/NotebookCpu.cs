using ClockFunctions.Cli;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Training;
using ClockFunctions.Core.Training.Features;
using ClockFunctions.Core.Training.Folders;
using ClockFunctions.Core.Training.Notebook;

namespace ClockFunctions.Bench.Retrain;

/// <summary>What an epoch of the case study's recipe costs on some photos, with the same backbone, decoder and machine.</summary>
public static class NotebookCpu
{
    /// <summary>Processor seconds an epoch, summed over cores. Every epoch does the same work on other views, so they add up.</summary>
    /// <param name="options">The backbone.</param>
    /// <param name="folder">The photos.</param>
    /// <param name="epochs">Epochs to run.</param>
    public static double SecondsPerEpoch(BenchOptions options, ImageFolder folder, int epochs)
    {
        ClassifierOptions settings = new() { Backbone = options.Backbone };
        (Backbone backbone, FeatureExtractor extractor) = FolderReading.Open(settings);
        using (backbone)
        {
            // The clean views are for the validation loss. Not counted; it warms the process up.
            FolderFeatures features = FolderFeatures.Extract(
                folder, new RowExtractor(extractor, HeadTraining.Augmentation, views: 1, settings.Training.Seed), cache: null,
                progress: null, CancellationToken.None);
            TrainingResult result = NotebookTraining.Run(
                features, extractor, new TrainingSettings(settings.Target, backbone.Spec, settings.Pipeline, settings.Training),
                new NotebookOptions { Epochs = epochs }, baseline: null, TimeProvider.System, progress: null, CancellationToken.None);
            return result.Report.Costs.Single(cost => cost.Recipe == NotebookTraining.Name).CpuSeconds / epochs;
        }
    }
}
