using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Storage;

namespace ClockFunctions.Core.Serving.CustomVision;

/// <summary>The training container as Custom Vision's clients see it: images with one tag each.</summary>
/// <remarks>The container is listed for each question: 5,000 images a request, and nothing to go stale.</remarks>
public sealed class TaggedImages(ClassifierOptions options, Func<TrainingContainer> container, Func<CustomVisionBlob> names)
{
    private readonly LabelRule _rule = LabelRule.Parse(options.Training.LabelRule);

    /// <summary>Every labelled image, in name order.</summary>
    internal async Task<IReadOnlyList<(TrainingBlob Blob, string Label)>> ListAsync(CancellationToken cancellation) =>
    [
        .. from blob in await container().ListAsync(cancellation)
           where BlobName.Problem(blob.Name) is null
           let label = _rule.Of(blob.Name)?.Label
           where label is not null
           select (blob, label),
    ];

    /// <summary>How many images each tag has; the target and tags that were created are there even without any.</summary>
    internal async Task<IReadOnlyDictionary<string, int>> CountAsync(CancellationToken cancellation)
    {
        Dictionary<string, int> counts = (await ListAsync(cancellation)).CountBy(image => image.Label).ToDictionary();
        counts.TryAdd(options.Target, 0);
        foreach (string created in (await names().ReadAsync(cancellation)).Tags)
        {
            counts.TryAdd(created, 0);
        }

        return counts;
    }

    /// <summary>The label of each tag, by its id.</summary>
    internal async Task<IReadOnlyDictionary<Guid, string>> LabelsAsync(CancellationToken cancellation) =>
        (await CountAsync(cancellation)).Keys.ToDictionary(CustomVisionId.Tag);
}
