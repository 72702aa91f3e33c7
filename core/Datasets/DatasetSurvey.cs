using System.Security.Cryptography;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Metrics;

namespace ClockFunctions.Core.Datasets;

/// <summary>Looks through a folder of labelled images: every file is decoded, so that nothing surprises the training.</summary>
/// <param name="decoder">Holds the limits.</param>
/// <param name="extractor">Gives the features by which near-duplicates are found; null: they are not looked for.</param>
public sealed class DatasetSurvey(ImageDecoder decoder, FeatureExtractor? extractor)
{
    /// <summary>Without features a JPEG needs to be decoded only as far as it takes to know that it can be.</summary>
    private const int ShortSideToProve = 64;

    /// <summary>Reads and decodes every file, on all cores.</summary>
    /// <param name="folder">The files.</param>
    /// <param name="progress">Told the number of files done, in no particular order; null: nobody.</param>
    /// <param name="cancellation">Stops between files.</param>
    public DatasetSummary Run(LabelledFolder folder, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        Look[] looks = new Look[folder.Files.Count];
        int done = 0;
        Parallel.For(0, looks.Length, new ParallelOptions { CancellationToken = cancellation }, i =>
        {
            looks[i] = LookAt(folder.Files[i]);
            progress?.Report(Interlocked.Increment(ref done));
        });

        Look[] usable = [.. looks.Where(look => look.Reason is null)];
        LabelCount[] labels = [.. usable.CountBy(look => look.File.Label).Select(label => new LabelCount(label.Key, label.Value))
            .OrderByDescending(label => label.Images).ThenBy(label => label.Label, StringComparer.Ordinal)];
        return new DatasetSummary
        {
            Images = usable.Length,
            Labels = labels,
            Imbalance = labels.Length < 2 ? null : (double)labels[0].Images / labels[^1].Images,
            Formats = usable.CountBy(look => look.Format).OrderBy(format => format.Key)
                .ToDictionary(format => format.Key.ToString().ToLowerInvariant(), format => format.Value),
            Widths = Spread.Of(usable.Select(look => (double)look.Width)),
            Heights = Spread.Of(usable.Select(look => (double)look.Height)),
            Bytes = Spread.Of(usable.Select(look => (double)look.Bytes)),
            Unreadable = [.. looks.Where(look => look.Reason is not null).Select(look => new UnreadableFile(look.File.Path, look.Reason!))],
            Unlabelled = folder.Unlabelled,
            ExactDuplicates = [.. usable.GroupBy(look => look.Hash).Where(same => same.Count() > 1).Select(Group)],
            NearDuplicates = extractor is null ? null : Near(usable),
        };
    }

    private Look LookAt(LabelledFile file)
    {
        byte[] encoded;
        try
        {
            encoded = File.ReadAllBytes(file.FullPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Look(file) { Reason = e.Message };
        }

        try
        {
            ImageHeader header = decoder.Identify(encoded);
            float[]? features = extractor?.Extract(encoded).Features;
            if (extractor is null)
            {
                decoder.Decode(encoded, ShortSideToProve).Dispose();
            }

            return new Look(file)
            {
                Hash = Convert.ToHexStringLower(SHA256.HashData(encoded)),
                Bytes = encoded.Length,
                Format = header.Format,
                Width = header.Width,
                Height = header.Height,
                Features = features,
            };
        }
        catch (ImageException e)
        {
            return new Look(file) { Reason = e.Message };
        }
    }

    private static DuplicateGroup[] Near(Look[] usable)
    {
        int[] groups = NearDuplicates.Group([.. usable.Select(look => look.Features!)]);
        return [.. usable.Zip(groups).GroupBy(pair => pair.Second, pair => pair.First)
            .Where(group => group.DistinctBy(look => look.Hash).Count() > 1).Select(Group)];
    }

    private static DuplicateGroup Group(IEnumerable<Look> same) =>
        new([.. same.Select(look => look.File.Path)], same.DistinctBy(look => look.File.Label).Count() > 1);

    private sealed record Look(LabelledFile File)
    {
        public string? Reason { get; init; }

        public string Hash { get; init; } = "";

        public int Bytes { get; init; }

        public ImageFormat Format { get; init; }

        public int Width { get; init; }

        public int Height { get; init; }

        public float[]? Features { get; init; }
    }
}
