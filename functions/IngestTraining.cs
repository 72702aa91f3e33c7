using Azure.Storage.Blobs;
using ClockFunctions.Core.Storage;
using ClockFunctions.Core.Training.Coordination;
using Microsoft.Azure.Functions.Worker;

namespace ClockFunctions;

/// <summary>A labelled image landed: computes its features, and trains when the dataset has been quiet for a while.</summary>
/// <remarks>
/// Whatever is thrown is the storage's or the trainer's: the host tries again, five times, and the timer after that.
/// An unusable image throws nothing. The pattern has no label of its own: a label rule may also read flat names.
/// </remarks>
public sealed class IngestTraining(TrainingCoordinator coordinator)
{
    [Function(nameof(IngestTraining))]
    public async Task RunAsync(
        [BlobTrigger(
            StorageContainers.TrainingName + "/{name}", Source = BlobEvents.Source,
            Connection = StorageConnection.DefaultName)] BlobClient image,
        CancellationToken cancellation)
    {
        await coordinator.IngestAsync(image.Name, cancellation);
        await coordinator.RunWhenDueAsync(cancellation);
    }
}
