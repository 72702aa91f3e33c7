using System.Buffers.Binary;
using System.Diagnostics;
using ClockFunctions.Core.Storage;
using ClockFunctions.Core.Training.Features;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Training.Features;

public class ImageIngestTests(AzuriteFixture azurite)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>
    /// They went through the images in the same order, from different places: who had caught up computed what the other did.
    /// </summary>
    [Fact]
    public async Task InstancesThatStartTogetherShareTheWork()
    {
        const int images = 1000;
        TestStorage storage = await azurite.NewStorageAsync();
        StorageContainers containers = new(storage.Client);
        await containers.EnsureAsync(Stop);
        byte[] drawing = DrawnImage.Clock(1);
        TrainingContainer training = new(containers);
        await Parallel.ForAsync(0, images, Stop, async (i, stop) =>
        {
            byte[] content = [.. drawing, 0, 0, 0, 0]; // nobody looks behind the end of a JPEG
            BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(drawing.Length), i);
            await training.AddAsync($"clock/{i:000}.jpg", new BinaryData(content), contentType: null, stop);
        });

        await using TrainingHost one = new(storage);
        await using TrainingHost other = new(storage);
        IReadOnlyList<TrainingBlob> listing = await training.ListAsync(Stop);
        IngestCount[] counts = await Task.WhenAll(
            one.Get<ImageIngest>().RunAsync(listing, Stop), other.Get<ImageIngest>().RunAsync(listing, Stop));

        // What both have under way at the same moment is computed twice: some hundreds. In step with each other it was nearly all.
        Assert.InRange(counts.Sum(count => count.Extracted), images, images * 17 / 10);
        Assert.Equal(images, counts.Max(count => count.Known + count.Extracted + count.Reused));
        Assert.All(listing, blob => Assert.True(one.Get<ImageIngest>().IsKnown(blob) || other.Get<ImageIngest>().IsKnown(blob)));
    }

    /// <summary>A stopwatch counted the wait for a processor too: with twice as many tasks as cores, up to twice what was spent.</summary>
    [Fact]
    public async Task ProcessorTimeIsNoMoreThanTheProcessorsHad()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        StorageContainers containers = new(storage.Client);
        await containers.EnsureAsync(Stop);
        TrainingContainer training = new(containers);
        byte[] photo = SomePhoto.Jpeg(1, 2400, 1800);
        await Parallel.ForAsync(0, 48, Stop, async (i, stop) =>
            await training.AddAsync($"clock/{i:00}.jpg", new BinaryData((byte[])[.. photo, (byte)i]), contentType: null, stop));
        await using TrainingHost host = new(storage);
        IReadOnlyList<TrainingBlob> listing = await training.ListAsync(Stop);
        await host.Get<ImageIngest>().RunAsync([listing[0]], Stop); // loads the network

        long start = Stopwatch.GetTimestamp();
        IngestCount count = await host.Get<ImageIngest>().RunAsync(listing, Stop);
        double available = Stopwatch.GetElapsedTime(start).TotalSeconds * Environment.ProcessorCount;

        Assert.Equal(47, count.Extracted);
        TestContext.Current.TestOutputHelper?.WriteLine($"{count.CpuSeconds:0.00} s of {available:0.00} s");
        Assert.InRange(count.CpuSeconds, 0.01, available);
    }
}
