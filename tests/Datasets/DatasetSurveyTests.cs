using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Tests.Imaging;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Datasets;

public sealed class DatasetSurveyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clocks-survey-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void AFolderIsListedInOneOrderWithoutASystemsOwnFiles()
    {
        Write("other/b.jpg", []);
        Write("clock/a.jpg", []);
        Write("clock/deep/c.jpg", []);
        Write("readme.txt", []);
        Write(".DS_Store", []);
        Write("clock/.thumbnails/a.jpg", []);

        LabelledFolder folder = LabelledFolder.Read(_folder, LabelRule.Folder);

        Assert.Equal(["clock/a.jpg", "clock/deep/c.jpg", "other/b.jpg"], folder.Files.Select(f => f.Path));
        Assert.Equal([("clock", "a.jpg"), ("clock", "deep/c.jpg"), ("other", "b.jpg")], folder.Files.Select(f => (f.Label, f.Name)));
        Assert.Equal(["readme.txt"], folder.Unlabelled);
        Assert.Equal(
            $"There is no folder {_folder}/none.",
            Assert.Throws<DirectoryNotFoundException>(() => LabelledFolder.Read($"{_folder}/none", LabelRule.Folder)).Message);
    }

    [Fact]
    public void TheSummaryCountsWhatIsThere()
    {
        byte[] jpeg = SomeImage.Encode(ImageFormat.Jpeg, SomeImage.Quarters(40, 24), 40, 24);
        byte[] png = SomeImage.Encode(ImageFormat.Png, SomeImage.Quarters(60, 48), 60, 48);
        byte[] tiff = SomeImage.Encode(ImageFormat.Tiff, SomeImage.Quarters(20, 30), 20, 30);
        Write("clock/a.jpg", jpeg);
        Write("clock/wrong.jpg", png);
        Write("other/copy.jpg", jpeg);
        Write("other/c.png", png);
        Write("other/d.tif", tiff);
        Write("other/cut.jpg", jpeg[..^60]);
        Write("other/notes.txt", "notes"u8.ToArray());
        Write("stray.png", png);

        DatasetSummary summary = new DatasetSurvey(new ImageDecoder(new ImageLimits()), null)
            .Run(LabelledFolder.Read(_folder, LabelRule.Folder), null, TestContext.Current.CancellationToken);

        Assert.Equal(5, summary.Images);
        Assert.Equal([new LabelCount("other", 3), new LabelCount("clock", 2)], summary.Labels);
        Assert.Equal(1.5, summary.Imbalance);
        Assert.Equal(["jpeg 2", "png 2", "tiff 1"], summary.Formats.Select(f => $"{f.Key} {f.Value}"));
        Assert.Equal(new Spread(20, 40, 60), summary.Widths);
        Assert.Equal(new Spread(24, 30, 48), summary.Heights);
        Assert.Equal(
            [
                new UnreadableFile("other/cut.jpg", "The JPEG data ends before the image is complete."),
                new UnreadableFile("other/notes.txt", "The bytes are not a JPEG, PNG, WebP, GIF, BMP, TIFF, TGA or PBM image."),
            ],
            summary.Unreadable);
        Assert.Equal(["stray.png"], summary.Unlabelled);
        Assert.Equal(
            ["clock/a.jpg other/copy.jpg True", "clock/wrong.jpg other/c.png True"],
            summary.ExactDuplicates.Select(g => $"{string.Join(' ', g.Paths)} {g.LabelsDiffer}"));
        Assert.Null(summary.NearDuplicates);
    }

    [Fact]
    public void AnEmptyFolderHasASummaryToo()
    {
        DatasetSummary summary = new DatasetSurvey(new ImageDecoder(new ImageLimits()), null)
            .Run(LabelledFolder.Read(_folder, LabelRule.Folder), null, TestContext.Current.CancellationToken);

        Assert.Equal(0, summary.Images);
        Assert.Null(summary.Imbalance);
        Assert.Null(summary.Widths);
    }

    [Fact]
    public void ARecompressedCopyIsNearlyTheSame()
    {
        string[] photos = [.. Directory.GetFiles(Path.Combine(SharedData.ClockVsOther, "clock")).Order().Take(4)];
        ImageDecoder decoder = new(new ImageLimits());
        foreach (string photo in photos)
        {
            Write($"clock/{Path.GetFileName(photo)}", File.ReadAllBytes(photo));
        }

        Write("other/copy.jpg", Thumbnails.Jpeg(decoder, File.ReadAllBytes(photos[2]), 280));
        using RealBackbone backbone = RealBackbone.Load();

        DatasetSummary summary = new DatasetSurvey(decoder, backbone.Extractor)
            .Run(LabelledFolder.Read(_folder, LabelRule.Folder), null, TestContext.Current.CancellationToken);

        DuplicateGroup near = Assert.Single(summary.NearDuplicates!);
        Assert.Equal([$"clock/{Path.GetFileName(photos[2])}", "other/copy.jpg"], near.Paths);
        Assert.True(near.LabelsDiffer);
        Assert.Empty(summary.ExactDuplicates);
    }

    [Fact]
    public void APreviewShowsEveryLabelInTurnAndPassesOverWhatIsUnusable()
    {
        byte[] jpeg = SomeImage.Encode(ImageFormat.Jpeg, SomeImage.Quarters(40, 24), 40, 24);
        Write("clock/a.jpg", jpeg);
        Write("clock/b.jpg", jpeg);
        Write("other/c.jpg", jpeg);
        Write("other/cut.jpg", jpeg[..^60]);
        ImageDecoder decoder = new(new ImageLimits());
        DatasetPreview preview = new(decoder, new InputSpec { Name = "input" }, Pipeline.Resize);
        LabelledFolder folder = LabelledFolder.Read(_folder, LabelRule.Folder);

        (byte[] png, IReadOnlyList<UnreadableFile> unreadable) = preview.Render(folder, 10, views: 2, new AugmentationOptions(), seed: 1);

        // Three images of three columns (clean and two views), 188 pixels a column; a title.
        using DecodedImage sheet = decoder.Decode(png);
        Assert.Equal(((3 * 188) + 12, (3 * 210) + 30 + 12), (sheet.Width, sheet.Height));
        Assert.Equal([new UnreadableFile("other/cut.jpg", "The JPEG data ends before the image is complete.")], unreadable);
        Assert.Equal(png, preview.Render(folder, 10, views: 2, new AugmentationOptions(), seed: 1).Png);
    }

    private void Write(string path, byte[] content)
    {
        string full = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, content);
    }
}
