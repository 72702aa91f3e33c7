using System.Security.Cryptography;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Backbones.Download;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Backbones;

/// <summary>Downloads over a real socket from a server that honours, ignores, cuts, stalls and lies.</summary>
public sealed class BackbonePullTests : IDisposable
{
    private static readonly byte[] Model = new OnnxClassifier { Side = 32 }.Build();

    private readonly string _folder = Directory.CreateTempSubdirectory("clocks-").FullName;

    [Fact]
    public async Task AWholeDownloadIsInstalledWithItsProvenance()
    {
        await using FickleServer server = new(Model, Answering.Well);
        List<DownloadProgress> progress = [];

        BackboneSpec spec = await PullAsync(server.Url.ToString(), new Collector(progress));

        Assert.Equal((Known.Sha256, "MIT", server.Url.ToString()), (spec.SourceSha256, spec.Licence, spec.Source));
        Assert.Equal(new(Model.Length, Model.Length), progress[^1]);
        Assert.Equal(spec.Sha256, new BackboneCatalogue(_folder).Verify("small").Sha256);
        Assert.Equal([spec.File, "small.json"], Files());
    }

    [Fact]
    public async Task ACutConnectionIsResumedWhereItBroke()
    {
        await using FickleServer server = new(Model, Answering.CutInTheMiddle, Answering.CutInTheMiddle, Answering.Well);

        await PullAsync(server.Url.ToString());

        Assert.Equal(3, server.Requests.Count);
        Assert.Equal(0, server.Requests[0]);
        Assert.InRange(server.Requests[1], 1, Model.Length / 2);
        Assert.InRange(server.Requests[2], server.Requests[1] + 1, Model.Length - 1);
    }

    [Fact]
    public async Task AnotherRunGoesOnWhereTheLastOneGaveUp()
    {
        await using FickleServer server = new(Model, Answering.CutInTheMiddle, Answering.NotFound, Answering.Well);

        BackboneException fault = await Assert.ThrowsAsync<BackboneException>(() => PullAsync(server.Url.ToString()));
        string partial = Assert.Single(Files());
        long kept = new FileInfo(Path.Combine(_folder, partial)).Length;
        Assert.Equal(
            $"{server.Url} answered 404 Not Found. {kept} of {Model.Length} bytes are kept: run it again to go on from there.",
            fault.Message);
        Assert.DoesNotContain(new BackboneCatalogue(_folder).List(), listing => listing.State is BackboneState.Installed);

        BackboneSpec spec = await PullAsync(server.Url.ToString());
        Assert.Equal(kept, server.Requests[^1]);
        Assert.Equal([spec.File, "small.json"], Files());
    }

    [Fact]
    public async Task AServerThatIgnoresRangesStartsAgain()
    {
        await using FickleServer server = new(Model, Answering.CutInTheMiddle, Answering.WithoutRanges);

        await PullAsync(server.Url.ToString());

        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task AServerThatKeepsBreakingOffIsGivenUp()
    {
        await using FickleServer server = new(Model, Answering.CutInTheMiddle);

        BackboneException fault = await Assert.ThrowsAsync<BackboneException>(() => PullAsync(server.Url.ToString()));

        Assert.Contains(" failed (", fault.Message, StringComparison.Ordinal);
        Assert.EndsWith("run it again to go on from there.", fault.Message, StringComparison.Ordinal);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task AStallIsGivenUpAfterItsTime()
    {
        await using FickleServer server = new(Model, Answering.StalledInTheMiddle);

        BackboneException fault = await Assert.ThrowsAsync<BackboneException>(() => PullAsync(server.Url.ToString()));

        Assert.StartsWith($"{server.Url} sent nothing for 0.5 s. ", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Answering.AnotherFile, "is not the file that was expected: its sha256 is ")]
    [InlineData(Answering.LongerFile, "is not the file that was expected: it has ")]
    [InlineData(Answering.WithoutLength, "is not the file that was expected: it has ")]
    [InlineData(Answering.NotFound, "answered 404 Not Found. Nothing was kept.")]
    public async Task WrongFilesLeaveNothingBehind(Answering serving, string message)
    {
        await using FickleServer server = new(Model, serving);

        BackboneException fault = await Assert.ThrowsAsync<BackboneException>(() => PullAsync(server.Url.ToString()));

        Assert.StartsWith($"{server.Url} {message}", fault.Message, StringComparison.Ordinal);
        Assert.EndsWith("Nothing was kept.", fault.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task AnotherRangeThanAskedForIsNotAppended()
    {
        await using FickleServer server = new(Model, Answering.CutInTheMiddle, Answering.AnotherRange, Answering.Well);

        BackboneException fault = await Assert.ThrowsAsync<BackboneException>(() => PullAsync(server.Url.ToString()));
        Assert.StartsWith(
            $"{server.Url} answered with another part of the file than it was asked for. ", fault.Message, StringComparison.Ordinal);

        await PullAsync(server.Url.ToString());
    }

    [Fact]
    public async Task NobodyListeningIsSaid()
    {
        string url;
        await using (FickleServer server = new(Model, Answering.Well))
        {
            url = server.Url.ToString();
        }

        BackboneException fault = await Assert.ThrowsAsync<BackboneException>(() => PullAsync(url));

        Assert.StartsWith($"{url} failed (Connection refused", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnInstalledBackboneIsNotDownloadedAgain()
    {
        await using FickleServer server = new(Model, Answering.Well);
        BackboneSpec first = await PullAsync(server.Url.ToString());
        BackboneSpec second = await PullAsync(server.Url.ToString());

        Assert.Single(server.Requests);
        Assert.Equal(first.Sha256, second.Sha256);
    }

    [Fact]
    public async Task ADamagedBackboneIsDownloadedAgain()
    {
        await using FickleServer server = new(Model, Answering.Well);
        string file = Path.Combine(_folder, (await PullAsync(server.Url.ToString())).File);
        byte[] content = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        content[content.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, content, TestContext.Current.CancellationToken);
        BackboneException fault = Assert.Throws<BackboneException>(() => new BackboneCatalogue(_folder).Verify("small"));
        Assert.StartsWith("The model of backbone 'small' is damaged: the sha256 of ", fault.Message, StringComparison.Ordinal);

        await PullAsync(server.Url.ToString());

        Assert.Equal(2, server.Requests.Count);
        new BackboneCatalogue(_folder).Verify("small");
    }

    [Fact]
    public async Task AFileOnDiskIsAMirrorToo()
    {
        string file = Path.Combine(_folder, "mirror.onnx");
        await File.WriteAllBytesAsync(file, [.. Model, 0], TestContext.Current.CancellationToken);
        BackboneException fault = await Assert.ThrowsAsync<BackboneException>(() => PullAsync(file));
        Assert.StartsWith($"{file} is not small.onnx: its sha256 is ", fault.Message, StringComparison.Ordinal);

        await File.WriteAllBytesAsync(file, Model, TestContext.Current.CancellationToken);
        BackboneSpec spec = await PullAsync(file);

        Assert.Equal("mirror.onnx", spec.Source);
        Assert.Equal(["mirror.onnx", spec.File, "small.json"], Files());
    }

    [Fact]
    public async Task AWidthThatIsNotTheKnownOneIsRefused()
    {
        await using FickleServer server = new(Model, Answering.Well);

        BackboneException fault = await Assert.ThrowsAsync<BackboneException>(() =>
            new BackboneCatalogue(_folder).PullAsync(
                Known with { FeatureWidth = 9 }, new() { From = server.Url.ToString() }, TestContext.Current.CancellationToken));

        Assert.Equal("small.onnx gives 8 features, not the 9 that 'small' is known to have.", fault.Message);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task AnUnknownIdIsAnsweredWithTheKnownOnes()
    {
        BackboneException fault = await Assert.ThrowsAsync<BackboneException>(() =>
            new BackboneCatalogue(_folder).PullAsync("resnet", cancellation: TestContext.Current.CancellationToken));
        Assert.Equal(
            "There is no known backbone 'resnet'. Known: mobilenetv2, squeezenet, resnet18, resnet50, resnet101, vgg16, alexnet, " +
            "efficientnet-lite4, dinov2-small. " +
            "For any other model: `clocks backbone import FILE.onnx`.",
            fault.Message);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static KnownBackbone Known { get; } = new()
    {
        Id = "small",
        File = "small.onnx",
        Bytes = Model.Length,
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(Model)),
        FeatureWidth = OnnxClassifier.Channels,
        Licence = "MIT",
    };

    private Task<BackboneSpec> PullAsync(string from, IProgress<DownloadProgress>? progress = null) =>
        new BackboneCatalogue(_folder).PullAsync(
            Known,
            new() { From = from, StallTimeout = TimeSpan.FromSeconds(0.5), Progress = progress },
            TestContext.Current.CancellationToken);

    private string[] Files() => [.. Directory.EnumerateFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];

    private sealed class Collector(List<DownloadProgress> reports) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => reports.Add(value);
    }
}
