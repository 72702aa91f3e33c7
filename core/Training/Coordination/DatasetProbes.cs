using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Storage;
using ClockFunctions.Core.Training.Novelty;

namespace ClockFunctions.Core.Training.Coordination;

/// <summary>The probes of a training on the training container.</summary>
public sealed class DatasetProbes(TrainingContainer container, ProbeExtractor probes, ClassifierOptions options)
{
    private readonly LabelRule _labelRule = LabelRule.Parse(options.Training.LabelRule);

    /// <param name="images">All images of the training, in its order.</param>
    /// <param name="settings">Of the training: they decide which images are held out.</param>
    /// <param name="listing">Where the images are.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Null where no images are held out.</returns>
    public async Task<NoveltyProbes?> MakeAsync(
        IReadOnlyList<TrainingImage> images, TrainingSettings settings, IReadOnlyList<TrainingBlob> listing, CancellationToken cancellation)
    {
        bool[] heldOut = HeadTraining.HeldOut(images, settings);
        IReadOnlyList<TrainingImage> photos = ProbeExtractor.Choose(images, heldOut);
        return photos.Count == 0 ? null : await probes.MakeAsync(photos, ReadAsync, cancellation);

        async Task<ReadOnlyMemory<byte>?> ReadAsync(TrainingImage image)
        {
            try
            {
                TrainingBlob? blob = listing.FirstOrDefault(blob =>
                    blob.Length == image.Length && _labelRule.Of(blob.Name) is var (label, name) && label == image.Label
                    && name == image.Name);
                return blob is null ? null : (await container.ReadAsync(blob, cancellation))?.ToMemory();
            }
            catch (UnreadableBlobException)
            {
                return null; // its features were computed when it could be read
            }
        }
    }
}
