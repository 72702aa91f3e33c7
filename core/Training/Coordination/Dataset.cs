using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Storage;
using ClockFunctions.Core.Storage.Features;
using ClockFunctions.Core.Training.Features;

namespace ClockFunctions.Core.Training.Coordination;

/// <summary>The training container at one moment, as far as its images are known.</summary>
/// <param name="Images">The usable images with a label.</param>
/// <param name="Unusable">Blobs that are no usable image.</param>
/// <param name="Unlabelled">Blobs to which the rule gives no label.</param>
/// <param name="Misnamed">How many blobs have a name that cannot be used and which, in one sentence; null when there are none.</param>
/// <param name="Unreadable">
/// Which blobs the storage does not give out now, how many and why, in one sentence; null when there are none. They are left
/// out as long as that lasts.
/// </param>
public sealed record Dataset(IReadOnlyList<TrainingImage> Images, int Unusable, int Unlabelled, string? Misnamed, string? Unreadable)
{
    /// <summary>Identifies the images; see <see cref="Datasets.Fingerprint"/>.</summary>
    public string Fingerprint { get; } = Datasets.Fingerprint.Of(Images);

    /// <summary>Images by label.</summary>
    public IReadOnlyDictionary<string, int> Labels { get; } =
        new SortedDictionary<string, int>(Images.CountBy(image => image.Label).ToDictionary(), StringComparer.Ordinal);

    /// <summary>Those blobs of a listing that training reads: they have a label, and a name under which they can be asked for.</summary>
    public static IReadOnlyList<TrainingBlob> ToRead(IReadOnlyList<TrainingBlob> listing, LabelRule rule) =>
        [.. listing.Where(blob => rule.Of(blob.Name) is not null && BlobName.Problem(blob.Name) is null)];

    /// <summary>Makes the dataset of a listing whose blobs were ingested.</summary>
    /// <param name="listing">The training container.</param>
    /// <param name="rule">How names give labels.</param>
    /// <param name="cache">What is known about the blobs.</param>
    /// <param name="unreadable">Which of them could not be read.</param>
    public static Dataset Of(IReadOnlyList<TrainingBlob> listing, LabelRule rule, FeatureCache cache, UnreadableBlobs unreadable)
    {
        List<string> left = [];
        List<string> misnamed = [];
        List<TrainingImage> images = new(listing.Count);
        int unusable = 0;
        int unlabelled = 0;
        foreach (TrainingBlob blob in listing)
        {
            if (BlobName.Problem(blob.Name) is not null)
            {
                misnamed.Add(blob.Name);
            }
            else if (rule.Of(blob.Name) is not var (label, name))
            {
                unlabelled++;
            }
            else if (unreadable.ReasonFor(blob) is { } reason && !IsUsable(blob))
            {
                left.Add(reason);
            }
            else if (cache.TryFindBlob(blob, out KnownBlob? known))
            {
                if (known.Unusable is null)
                {
                    images.Add(new TrainingImage(label, name, known.ContentHash!, blob.Length));
                }
                else
                {
                    unusable++;
                }
            }
        }

        return new Dataset(images, unusable, unlabelled, Misnaming(misnamed), left.Count == 0 ? null : Sentence(left));

        // An image that another instance could read is in the cache, and then it is usable even if this instance could not read it.
        bool IsUsable(TrainingBlob blob) =>
            cache.TryFindBlob(blob, out KnownBlob? known) && (known.Unusable is not null || cache.HasRow(known.ContentHash!));
    }

    /// <summary>What a trainer found, as the marker holds it.</summary>
    public TrainingState ToState() => new()
    {
        Fingerprint = Fingerprint,
        Labels = Labels,
        Unusable = Unusable,
        Unlabelled = Unlabelled,
        Misnamed = Misnamed,
        Unreadable = Unreadable,
    };

    private static string? Misnaming(List<string> names)
    {
        if (names.Count == 0)
        {
            return null;
        }

        string first = $"{BlobName.Printable(names[0])} {BlobName.Problem(names[0])}";
        return names.Count == 1
            ? $"1 blob has a name that cannot be used: {first}. Store it under another one."
            : $"{names.Count} blobs have names that cannot be used, the first: {first}. Store them under others.";
    }

    private static string Sentence(List<string> reasons) => reasons.Count == 1
        ? $"1 image cannot be read and will be tried again, because: {reasons[0]}"
        : $"{reasons.Count} images cannot be read and will be tried again, the first because: {reasons[0]}";
}
