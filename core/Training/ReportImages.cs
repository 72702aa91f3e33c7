using System.Collections.Concurrent;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Reports;
using ClockFunctions.Core.Storage;

namespace ClockFunctions.Core.Training;

/// <summary>Thumbnails of the images that a report shows, from the training container.</summary>
public sealed class ReportImages(TrainingContainer training, ImageDecoder decoder)
{
    private const int Concurrency = 8;

    /// <summary>Thumbnails by <see cref="TrainingReport.Key"/>; images that are gone or cannot be read by now are left out.</summary>
    public async Task<IReadOnlyDictionary<string, byte[]>> ThumbnailsAsync(
        TrainingReport report, IReadOnlyList<TrainingBlob> listing, LabelRule labels, CancellationToken cancellation)
    {
        HashSet<string> wanted = [.. report.Pictures().Select(TrainingReport.Key)];
        ConcurrentDictionary<string, byte[]> files = new();
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellation };
        await Parallel.ForEachAsync(listing.Where(blob => wanted.Contains(Key(blob))), parallel, async (blob, stop) =>
        {
            try
            {
                if (await training.ReadAsync(blob, stop) is { } content)
                {
                    files[Key(blob)] = content.ToArray();
                }
            }
            catch (UnreadableBlobException)
            {
                // A picture less in the report: the features of the image were computed when it could be read.
            }
        });
        return ReportPictures.Thumbnails(report, decoder, image => files.GetValueOrDefault(TrainingReport.Key(image)));

        string Key(TrainingBlob blob) => labels.Of(blob.Name) is var (label, name) ? $"{label}/{name}" : "";
    }
}
