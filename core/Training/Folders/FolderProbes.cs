using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Training.Novelty;

namespace ClockFunctions.Core.Training.Folders;

/// <summary>The probes of a training on a folder.</summary>
public static class FolderProbes
{
    /// <param name="folder">The images and their files.</param>
    /// <param name="extractor">The same that made the features.</param>
    /// <param name="heldOut">Which images of the set are held out.</param>
    /// <param name="cancellation">Gives up.</param>
    public static NoveltyProbes Of(FolderFeatures folder, FeatureExtractor extractor, bool[] heldOut, CancellationToken cancellation)
    {
        Dictionary<TrainingImage, string> files = folder.Folder.Images.ToDictionary(image => image.Image, image => image.File);
        return new ProbeExtractor(() => extractor).MakeAsync(
            ProbeExtractor.Choose(folder.Set.Images, heldOut), image => Task.FromResult(Read(files[image])), cancellation)
            .GetAwaiter().GetResult(); // files are read at once, so there is nothing to wait for
    }

    private static ReadOnlyMemory<byte>? Read(string file) => File.Exists(file) ? File.ReadAllBytes(file) : null;
}
