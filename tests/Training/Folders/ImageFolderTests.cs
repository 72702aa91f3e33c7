using ClockFunctions.Core.Datasets;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Training.Folders;

public sealed class ImageFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("images-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void FilesHaveTheirLabelContentAndSize()
    {
        Write("clock/a.jpg", "tick");
        Write("other/deep/b.jpg", "tock!");

        ImageFolder read = Read(LabelRule.Folder);

        Assert.Equal(
            [new TrainingImage("clock", "a.jpg", Some.Hash("tick"), 4), new TrainingImage("other", "deep/b.jpg", Some.Hash("tock!"), 5)],
            read.Images.Select(image => image.Image));
        Assert.Equal(Path.Combine(_folder, "other/deep/b.jpg"), read.Images[1].File);
        Assert.Empty(read.Problems);
    }

    [Fact]
    public void WhatIsLeftOutIsSaidWithItsReason()
    {
        Write("loose.jpg", "x");
        Write("clock/big.jpg", new string('x', 101));
        Write("clock/a.jpg", "x");
        Write("clock/.thumbs", "not looked at");

        ImageFolder read = Read(LabelRule.Folder);

        Assert.Equal(
            [new FolderProblem("loose.jpg", "label rule folder gives it no label"),
                new FolderProblem("clock/big.jpg", "has 101 bytes; the limit is 100")],
            read.Problems);
        Assert.Equal("a.jpg", Assert.Single(read.Images).Image.Name);
    }

    private ImageFolder Read(LabelRule rule) => ImageFolder.Read(_folder, rule, maxBytes: 100, TestContext.Current.CancellationToken);

    private void Write(string path, string content)
    {
        string file = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }
}
