using ClockFunctions.Core.Imaging;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Imaging;

/// <summary>What decoding may take is known before, kept to, and given back.</summary>
public sealed class DecodingMemoryTests
{
    private const long Mebibyte = 1024 * 1024;

    [Fact]
    public void APictureThatCanNeverFitNamesTheSetting()
    {
        ImageDecoder decoder = new(new ImageLimits { MemoryMB = 64 });

        ImageTooLargeException e = Assert.Throws<ImageTooLargeException>(() => decoder.Decode(Bombs.GroupFourTiff(10_000, 10_000), 448));

        Assert.Matches(
            "^Decoding this TIFF of 10000x10000 pixels takes [0-9]{3} MiB of memory; "
                + "setting Classifier__Images__MemoryMB allows 64 for all.$",
            e.Message);
        Assert.Equal(0, decoder.Budget.Held);
    }

    [Fact]
    public void AShareIsHeldUntilTheImageIsDisposed()
    {
        ImageDecoder decoder = new(new ImageLimits());

        DecodedImage image = decoder.Decode(SomePhoto.Png());
        Assert.InRange(decoder.Budget.Held, 1, 16 * Mebibyte);
        image.Dispose();
        image.Dispose();

        Assert.Equal(0, decoder.Budget.Held);
    }

    [Fact]
    public void ARefusedPictureHoldsNothing()
    {
        ImageDecoder decoder = new(new ImageLimits());
        byte[] png = SomePhoto.Png();

        Assert.ThrowsAny<ImageException>(() => decoder.Decode(png.AsMemory(0, png.Length / 2)));

        Assert.Equal(0, decoder.Budget.Held);
    }

    [Fact]
    public void ALargePictureHoldsLittleOnceItIsDecoded()
    {
        ImageDecoder decoder = new(new ImageLimits());

        using DecodedImage image = decoder.Decode(Bombs.GroupFourTiff(10_000, 10_000), 448);

        Assert.Equal((1250, 1250), (image.Pixels.Width, image.Pixels.Height));
        Assert.InRange(decoder.Budget.Held, 1, 16 * Mebibyte);
    }

    [Fact]
    public async Task APictureWaitsForMemoryAsLongAsItsCallerDoes()
    {
        ImageDecoder decoder = new(new ImageLimits { MemoryMB = 16 });
        using PictureBudget.Share everything = decoder.Budget.Enter(decoder.Budget.Bytes, TestContext.Current.CancellationToken);
        using CancellationTokenSource impatient = new();
        Task<DecodedImage> decoding = Task.Run(
            () => decoder.Decode(SomePhoto.Png(), 0, impatient.Token), TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => decoder.Budget.Waiting == 1, TimeSpan.FromSeconds(30)));

        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => decoding);
    }

    [Theory]
    [InlineData(1024, 256)]
    [InlineData(64, 16)]
    [InlineData(null, 512)]
    public void TheDefaultIsAQuarterOfWhatTheProcessMayUseAndAtMost512(int? available, int most)
    {
        // The machine's own memory is what the test runs in: its quarter or the cap, whichever is less.
        long expected = Math.Min(most, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 / Mebibyte) * Mebibyte;
        long actual = available is { } mebibytes ? ImageLimits.DefaultMemory(mebibytes * Mebibyte) : new ImageLimits().MemoryBytes;

        Assert.Equal(available is null ? expected : most * Mebibyte, actual);
    }

    public static TheoryData<string> BombNames => [.. Bombs.All.Select(bomb => bomb.Name)];

    [Theory, MemberData(nameof(BombNames))]
    public void ABombIsDecodedOrRefusedWithinItsMemory(string name)
    {
        byte[] bomb = Bombs.All.Single(bomb => bomb.Name == name).Make();
        Assert.InRange(bomb.Length, 1, 20 * Mebibyte);
        ImageDecoder decoder = new(new ImageLimits { MemoryMB = 512 });
        long allocated = GC.GetAllocatedBytesForCurrentThread();

        Exception? refusal = Record.Exception(() => decoder.Decode(bomb, 448).Dispose());

        Assert.True(refusal is null or ImageException, $"{refusal}");
        Assert.Equal(0, decoder.Budget.Held);

        // What a decoder takes past the budget is managed memory; for many chunks it is short-lived.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 256 * Mebibyte);
    }
}
