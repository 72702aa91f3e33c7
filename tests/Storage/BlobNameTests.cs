using System.Xml;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Storage;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Storage;

public class BlobNameTests(AzuriteFixture azurite)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("clock/a.jpg")]
    [InlineData("clock/a b+c%20&<>'\"#?.jpg")]
    [InlineData("horloge/été 時計 🕐.jpg")]
    [InlineData("clock/.hidden")]
    [InlineData("clock/a..b")]
    [InlineData("a")]
    public void WhatAListingAndAnAddressBringBackIsAName(string name) => Assert.Null(BlobName.Problem(name));

    [Theory]
    [InlineData("", "does not have 1 to 1024 characters")]
    [InlineData("clock/x\uFFFE.jpg", "XML")]
    [InlineData("clock/x\uFFFF.jpg", "XML")]
    [InlineData("clock/x\0.jpg", "XML")]
    [InlineData("clock/x\t.jpg", "control character")]
    [InlineData("clock/x\r.jpg", "control character")]
    [InlineData("clock/x\u0085.jpg", "control character")]
    [InlineData("clock/../x", "ends with a dot")]
    [InlineData("clock/./x", "ends with a dot")]
    [InlineData("clock/x.", "ends with a dot")]
    [InlineData("clock./x", "ends with a dot")]
    [InlineData("clock/x..", "ends with a dot")]
    [InlineData("clock\\x", "backslash")]
    public void WhatTheyDoNotIsNone(string name, string problem) =>
        Assert.Contains(problem, BlobName.Problem(name), StringComparison.Ordinal);

    [Fact]
    public void NoCharacterThatXmlCannotCarryIsTakenAloneAndEveryPairIs()
    {
        for (int code = 0; code <= char.MaxValue; code++)
        {
            char one = (char)code;
            Assert.Equal(XmlConvert.IsXmlChar(one) && !char.IsControl(one) && one is not ('\\' or '.'), BlobName.Problem($"{one}") is null);
        }

        Assert.NotNull(BlobName.Problem("\uDD50\uD83D")); // a pair the wrong way round
        Assert.Null(BlobName.Problem(char.ConvertFromUtf32(0x10FFFF)));
    }

    [Fact]
    public void ALongNameIsTakenToItsLastCharacter()
    {
        Assert.Null(BlobName.Problem(new string('a', BlobName.Longest)));
        Assert.NotNull(BlobName.Problem(new string('a', BlobName.Longest + 1)));
    }

    [Fact]
    public void WhatCannotBeShownIsReplacedAndTheRestIsKept() =>
        Assert.Equal("a\uFFFD🕐\uFFFD.jpg", BlobName.Printable("a\u0001🕐\uD83D.jpg"));

    [Fact]
    public async Task APushLeavesOutAFileWhoseNameNoBlobCanHaveAndSaysSo()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such names.");
        TestStorage storage = await azurite.NewStorageAsync();
        StorageContainers containers = new(storage.Client);
        await containers.EnsureAsync(Stop);
        string folder = Directory.CreateTempSubdirectory("clocks-names-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "clock"));
            foreach (string name in (string[])["a.jpg", "b\uFFFE.jpg", "c\u0001.jpg", "d.", "e\\f.jpg"])
            {
                await File.WriteAllTextAsync(Path.Combine(folder, "clock", name), name, Stop);
            }

            TrainingContainer training = new(containers);
            PushResult result = await new FolderPush(training, new TrainingStateBlob(containers, TimeProvider.System)).RunAsync(
                ImageFolder.Read(folder, LabelRule.Folder, 1000, Stop), concurrency: 2, progress: null, Stop);

            Assert.Equal((1, 0), (result.Uploaded, result.Skipped));
            Assert.Equal(
                ["clock/b\uFFFD.jpg", "clock/c\uFFFD.jpg", "clock/d.", "clock/e\\f.jpg"],
                result.Problems.Select(problem => problem.Path).Order(StringComparer.Ordinal));
            Assert.Equal(["clock/a.jpg"], (await training.ListAsync(Stop)).Select(blob => blob.Name));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
