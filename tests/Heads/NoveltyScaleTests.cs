using System.Buffers.Binary;
using ClockFunctions.Core.Heads;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Heads;

public class NoveltyScaleTests
{
    [Fact]
    public void NoveltyIsThePercentileOfTheDistanceToTheNearestCentre()
    {
        NoveltyScale scale = new(2, [1, 0, 0, 1], [.. Enumerable.Range(0, 101).Select(i => i / 100f)]);

        Assert.Equal(0, scale.Of([5, 0]), 1e-4);
        Assert.Equal(0, scale.Of([0, 0.1f]), 1e-4); // the other centre, whatever the length
        Assert.Equal(100 * (1 - Math.Sqrt(0.5)), scale.Of([1, 1]), 1e-3); // between percentiles, and between both centres
        Assert.Equal(100, scale.Of([-1, -1]));
        Assert.Equal(100, scale.Of([0, 0])); // no direction
    }

    [Fact]
    public void ManyPhotosAtOneDistanceTakeItsHighestPercentile()
    {
        float[] distances = [.. Enumerable.Repeat(0f, 60), .. Enumerable.Range(1, 41).Select(i => i / 41f)];

        Assert.Equal(59, new NoveltyScale(2, [1, 0], distances).Of([1, 0]));
    }

    [Fact]
    public void MeasuringAllocatesNothing()
    {
        NoveltyScale scale = SomeNovelty.Scale(width: 1504, centres: 64);
        float[] features = scale.Centres[..1504].ToArray();
        scale.Of(features);

        long before = GC.GetAllocatedBytesForCurrentThread();
        scale.Of(features);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void WhatIsWrittenIsReadBackInHalfPrecision()
    {
        NoveltyScale scale = SomeNovelty.Scale(width: 5);

        NoveltyScale read = NoveltyFile.Read(NoveltyFile.Write(scale));

        Assert.Equal(5, read.FeatureWidth);
        Assert.Equal(scale.Distances.ToArray(), read.Distances.ToArray());
        Assert.Equal(scale.Centres.ToArray().Select(x => (float)(Half)x), read.Centres.ToArray());
        Assert.Equal(NoveltyFile.Write(scale), NoveltyFile.Write(read));
    }

    [Theory]
    [InlineData(8, 64)]
    [InlineData(1280, 64)]
    [InlineData(1504, 64)]
    [InlineData(2048, 47)]
    [InlineData(4096, 23)]
    public void AFileStaysBelow200KilobytesWhateverTheBackbone(int width, int centres)
    {
        Assert.Equal(centres, NoveltyFile.CentresOf(width));
        Assert.InRange(NoveltyFile.Write(SomeNovelty.Scale(width, centres)).Length, 1, 200_000);
    }

    [Fact]
    public void EveryTruncationAndWhatFollowsAreRefused()
    {
        byte[] file = NoveltyFile.Write(SomeNovelty.Scale(width: 4));
        for (int length = 0; length < file.Length; length++)
        {
            Assert.Throws<InvalidHeadException>(() => NoveltyFile.Read(file.AsSpan(0, length)));
        }

        Assert.Throws<InvalidHeadException>(() => NoveltyFile.Read([.. file, 0]));
    }

    [Fact]
    public void DistancesThatFallOrAreNoneAreRefused()
    {
        byte[] file = NoveltyFile.Write(SomeNovelty.Scale(width: 4));
        foreach (float bad in (float[])[float.NaN, 0])
        {
            BinaryPrimitives.WriteSingleLittleEndian(file.AsSpan(file.Length - 4), bad);
            Assert.Contains("damaged", Assert.Throws<InvalidHeadException>(() => NoveltyFile.Read(file)).Message);
        }

        Assert.Throws<ArgumentException>(() => new NoveltyScale(2, [1, 0, 0], new float[101]));
        Assert.Throws<ArgumentException>(() => new NoveltyScale(2, [1, 0], new float[100]));
    }

    [Fact]
    public void RandomDamageNeverRaisesAnythingElse()
    {
        byte[] file = NoveltyFile.Write(SomeNovelty.Scale(width: 4));
        Random random = new(1);
        for (int i = 0; i < 5000; i++)
        {
            byte[] damaged = [.. file];
            damaged[random.Next(256)] = (byte)random.Next(256);
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                NoveltyFile.Read(damaged);
            }
            catch (InvalidHeadException)
            {
            }
        }
    }
}
