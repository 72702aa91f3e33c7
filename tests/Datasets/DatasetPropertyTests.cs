using ClockFunctions.Core.Datasets;
using ClockFunctions.Tests.Support;
using CsCheck;

namespace ClockFunctions.Tests.Datasets;

/// <summary>What holds for every dataset, asked of thousands of random ones.</summary>
public class DatasetPropertyTests
{
    private const int Datasets = 10_000;

    // Few and short texts with what separates fields, so that much is equal and much is nearly so.
    private static readonly Gen<string> Text = Gen.Char["ab/.,0 é"].Array[1, 4].Select(letters => new string(letters));

    private static readonly Gen<TrainingImage> Image = Gen.Select(
        Text, Text, Gen.Int[0, 20], (label, name, content) => Some.Image(label, name, $"{content}"));

    /// <summary>Images of a container: no two have one label and name.</summary>
    private static readonly Gen<TrainingImage[]> Images = Image.Array[0, 12]
        .Select(images => images.DistinctBy(image => (image.Label, image.Name)).ToArray());

    [Fact]
    public void TwoDatasetsHaveOneFingerprintExactlyWhenTheyHoldTheSame() => Gen.Select(Images, Images).Sample(
        (a, b) => Assert.Equal(a.ToHashSet().SetEquals(b), Fingerprint.Of(a) == Fingerprint.Of(b)), iter: Datasets);

    [Fact]
    public void AnyChangeOfAnyImageChangesTheFingerprint() => Gen.Select(Images.Where(images => images.Length > 0), Image, Gen.Int[0, 11])
        .Sample(
            (images, other, at) =>
            {
                TrainingImage[] changed = [.. images];
                changed[at % images.Length] = other;
                Assert.Equal(
                    changed.ToHashSet().SetEquals(images), Fingerprint.Of(changed) == Fingerprint.Of(images));
            },
            iter: Datasets);

    [Fact]
    public void OrderNeverMatters() => Gen.Select(Images, Gen.Int).Sample(
        (images, seed) =>
        {
            TrainingImage[] shuffled = [.. images];
            new Random(seed).Shuffle(shuffled);
            Assert.Equal(Fingerprint.Of(images), Fingerprint.Of(shuffled));
        },
        iter: Datasets);

    [Fact]
    public void NoImageChangesSidesWhateverComesOrGoesAndCopiesAreOnOneSide() => Gen.Select(Images, Images, Gen.Double[0.05, 0.5]).Sample(
        (before, after, fraction) =>
        {
            Dictionary<string, bool> sides = [];
            foreach (TrainingImage[] images in (TrainingImage[][])[before, after, [.. before, .. after]])
            {
                foreach ((TrainingImage image, bool side) in images.Zip(Split.Of(images, "hash", fraction, seed: images.Length)))
                {
                    Assert.Equal(side, sides.TryGetValue(image.ContentHash, out bool known) ? known : sides[image.ContentHash] = side);
                }
            }
        },
        iter: Datasets);
}
