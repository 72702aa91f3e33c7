using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Training.Features;

namespace ClockFunctions.Core.Training;

/// <summary>The images of a training with their features, in an order of its own: by label, then name.</summary>
/// <remarks>The features are referenced, not copied: V×F×2 bytes an image, 384 MB for 50,000 images of 3 views of 1,280.</remarks>
public sealed class TrainingSet
{
    /// <param name="featureWidth">F.</param>
    /// <param name="views">V.</param>
    /// <param name="examples">In any order.</param>
    /// <exception cref="ArgumentException">
    /// An image has another number of features than V×F, or F: the clean view alone, for those that are only judged on.
    /// </exception>
    public TrainingSet(int featureWidth, int views, IEnumerable<TrainingExample> examples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(featureWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(views, 1);
        (FeatureWidth, Views) = (featureWidth, views);
        TrainingExample[] sorted = [.. examples];
        Array.Sort(sorted, static (a, b) => TrainingImage.Compare(a.Image, b.Image));
        foreach (TrainingExample example in sorted)
        {
            if (example.Features.Length != views * featureWidth && example.Features.Length != featureWidth)
            {
                throw new ArgumentException(
                    $"{example.Image.Label}/{example.Image.Name} has {example.Features.Length} features, not {views} views of " +
                    $"{featureWidth}.", nameof(examples));
            }
        }

        Examples = sorted;
        Images = [.. sorted.Select(example => example.Image)];
    }

    /// <summary>F: features of a view.</summary>
    public int FeatureWidth { get; }

    /// <summary>V: views of an image; of those that are only judged on there may be the clean one alone.</summary>
    public int Views { get; }

    public IReadOnlyList<TrainingExample> Examples { get; }

    public IReadOnlyList<TrainingImage> Images { get; }

    public int Count => Examples.Count;

    /// <summary>F float16.</summary>
    public ReadOnlySpan<Half> Features(int image, int view) => Examples[image].Features.Span.Slice(view * FeatureWidth, FeatureWidth);

    /// <summary>Scores the clean view of some images.</summary>
    /// <param name="head">A zero-shot head needs the examples' probabilities.</param>
    /// <param name="target">The label that is the target.</param>
    /// <param name="images">Indices.</param>
    public ScoredImage[] Score(IHead head, string target, IReadOnlyList<int> images)
    {
        float[] features = new float[FeatureWidth];
        float[] probabilities = [];
        ScoredImage[] scored = new ScoredImage[images.Count];
        for (int i = 0; i < scored.Length; i++)
        {
            TrainingExample example = Examples[images[i]];
            HalfRow.Read(Features(images[i], view: 0), features);
            if (probabilities.Length != example.Probabilities.Length)
            {
                probabilities = new float[example.Probabilities.Length];
            }

            HalfRow.Read(example.Probabilities.Span, probabilities);
            scored[i] = new ScoredImage(
                example.Image.Label, example.Image.Name, example.Image.Label == target, head.Probability(features, probabilities));
        }

        return scored;
    }
}
