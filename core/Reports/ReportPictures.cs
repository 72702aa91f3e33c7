using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Metrics;

namespace ClockFunctions.Core.Reports;

/// <summary>The photos of a report: small ones for its page, and contact sheets as files.</summary>
public static class ReportPictures
{
    /// <summary>Longest side of a thumbnail in pixels: sharp in the page's columns, some 8 kB each.</summary>
    private const int Side = 208;

    private const int Columns = 6;
    private const int Right = 0x17794F;
    private const int Wrong = 0xB3401F;

    /// <summary>A thumbnail for each picture of the report that can still be read, by <see cref="TrainingReport.Key"/>.</summary>
    /// <param name="report">The report.</param>
    /// <param name="decoder">Holds the limits.</param>
    /// <param name="read">Gives the image file; null when it is gone, which the page then says. Called from several threads.</param>
    public static Dictionary<string, byte[]> Thumbnails(TrainingReport report, ImageDecoder decoder, Func<ScoredImage, byte[]?> read) =>
        report.Pictures().AsParallel()
            .Select(image => (Key: TrainingReport.Key(image), Encoded: read(image)))
            .Where(image => image.Encoded is not null)
            .Select(image => (image.Key, Small: Imaging.Thumbnails.Jpeg(decoder, image.Encoded, Side)))
            .ToDictionary(image => image.Key, image => image.Small);

    /// <summary>
    /// The contact sheets as PNG files, by file name: green frames are right, red ones wrong. Pictures without a thumbnail are left out.
    /// </summary>
    public static IEnumerable<(string Name, byte[] Png)> Sheets(TrainingReport report, IReadOnlyDictionary<string, byte[]> thumbnails) =>
        from sheet in new[]
        {
            (Name: "mistakes.png", Title: "The worst mistakes", Images: report.Mistakes),
            (Name: "uncertain.png", Title: "The least certain images", Images: report.Uncertain),
        }
        let tiles = sheet.Images
            .Where(image => thumbnails.ContainsKey(TrainingReport.Key(image)))
            .Select(image => new SheetTile(
                thumbnails[TrainingReport.Key(image)],
                $"{ReportSentences.Share(image.Probability)} {TrainingReport.Key(image)}",
                image.Probability >= report.Metrics.Threshold == image.IsTarget ? Right : Wrong))
            .ToArray()
        where tiles.Length > 0
        select (sheet.Name, ContactSheet.Png(tiles, Columns, Side, sheet.Title));
}
