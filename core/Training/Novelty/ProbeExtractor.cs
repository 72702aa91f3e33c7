using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Training.Novelty;

/// <summary>
/// Makes the probes of a training. Each is computed once a process: the pictures are always the same, and which held-out photos are
/// shuffled is decided by their content, so that they are the same in most trainings. For one training at a time.
/// </summary>
public sealed class ProbeExtractor(Func<FeatureExtractor> extractor)
{
    /// <summary>Held-out photos that are shuffled: with these the ROC AUC is known to about 0.03.</summary>
    private const int MostShuffled = 32;

    private readonly Dictionary<string, float[]> _shuffled = [];
    private IReadOnlyList<float[]>? _pictures;

    /// <summary>The photos to shuffle, in an order that their content alone decides.</summary>
    /// <param name="images">All images of a training.</param>
    /// <param name="heldOut">Which of them are held out.</param>
    public static IReadOnlyList<TrainingImage> Choose(IReadOnlyList<TrainingImage> images, bool[] heldOut) =>
        [.. images.Where((_, i) => heldOut[i]).DistinctBy(image => image.ContentHash)
            .OrderBy(image => image.ContentHash, StringComparer.Ordinal).Take(MostShuffled)];

    /// <summary>Computes the probes that are not known yet.</summary>
    /// <param name="photos">What <see cref="Choose"/> gave.</param>
    /// <param name="read">Gives the image file; null when it is gone or cannot be read now: then it is left out.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="BackboneException">The backbone cannot be loaded, or cannot run a picture.</exception>
    public async Task<NoveltyProbes> MakeAsync(
        IReadOnlyList<TrainingImage> photos, Func<TrainingImage, Task<ReadOnlyMemory<byte>?>> read, CancellationToken cancellation)
    {
        _pictures ??= [.. Enumerable.Range(0, ProbePictures.Count).Select(Picture)];
        HashSet<string> wanted = [.. photos.Select(photo => photo.ContentHash)];
        foreach (string old in _shuffled.Keys.Where(hash => !wanted.Contains(hash)).ToArray())
        {
            _shuffled.Remove(old);
        }

        foreach (TrainingImage photo in photos.Where(photo => !_shuffled.ContainsKey(photo.ContentHash)))
        {
            // One after the other, so that one encoded photo at a time is held.
            if (await read(photo) is { } encoded && Shuffled(photo, encoded, cancellation) is { } features)
            {
                _shuffled.Add(photo.ContentHash, features);
            }
        }

        return new NoveltyProbes(_pictures, [.. _shuffled.Values]);
    }

    private float[] Picture(int number)
    {
        using PixelBuffer picture = ProbePictures.Draw(number);
        return extractor().Extract(picture);
    }

    private float[]? Shuffled(TrainingImage photo, ReadOnlyMemory<byte> encoded, CancellationToken cancellation)
    {
        FeatureExtractor loaded = extractor();
        try
        {
            using DecodedImage image = loaded.Decoder.Decode(encoded, loaded.Preprocessor.MinimumShortSide, cancellation);
            if (!ShuffledPhoto.IsLargeEnough(image.Pixels))
            {
                return null;
            }

            using PixelBuffer shuffled = ShuffledPhoto.Of(image.Pixels, photo.ContentHash);
            return loaded.Extract(shuffled);
        }
        catch (ImageException)
        {
            return null; // overwritten since it was ingested: the next training knows it as what it is now
        }
    }
}
