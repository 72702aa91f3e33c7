using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Storage;
using ClockFunctions.Core.Storage.Features;

namespace ClockFunctions.Core.Training.Coordination;

/// <summary>The training container at one moment, as far as its images are known.</summary>
/// <param name="Images">The usable images with a label.</param>
/// <param name="Unusable">Blobs that are no usable image.</param>
/// <param name="Unlabelled">Blobs to which the rule gives no label.</param>
public sealed record Dataset(IReadOnlyList<TrainingImage> Images, int Unusable, int Unlabelled)
{
    /// <summary>Identifies the images; see <see cref="Datasets.Fingerprint"/>.</summary>
    public string Fingerprint { get; } = Datasets.Fingerprint.Of(Images);

    /// <summary>Images by label.</summary>
    public IReadOnlyDictionary<string, int> Labels { get; } =
        new SortedDictionary<string, int>(Images.CountBy(image => image.Label).ToDictionary(), StringComparer.Ordinal);

    /// <summary>Makes the dataset of a listing whose blobs were ingested.</summary>
    public static Dataset Of(IReadOnlyList<TrainingBlob> listing, LabelRule rule, FeatureCache cache)
    {
        List<TrainingImage> images = new(listing.Count);
        int unusable = 0;
        int unlabelled = 0;
        foreach (TrainingBlob blob in listing)
        {
            if (rule.Of(blob.Name) is not var (label, name))
            {
                unlabelled++;
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

        return new Dataset(images, unusable, unlabelled);
    }
}
