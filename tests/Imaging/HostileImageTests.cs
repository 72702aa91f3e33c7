using ClockFunctions.Core.Imaging;
using ClockFunctions.Tests.Support;
using SixLabors.ImageSharp.Formats.Tiff.Constants;

namespace ClockFunctions.Tests.Imaging;

/// <summary>Whatever the bytes are, an image is decoded or refused by one of the three exceptions, soon.</summary>
public sealed class HostileImageTests
{
    /// <summary>Far above any measured (90 ms), far below a hang.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private static readonly ImageDecoder Decoder = new(new ImageLimits());

    [Theory]
    [InlineData("gif", 56)]
    [InlineData("jpeg", 80)]
    [InlineData("png", 80)]
    [InlineData("webp", 79)]
    public void EveryHostileFileIsDecodedOrRefused(string folder, int count)
    {
        string[] files = Directory.GetFiles(Path.Combine(SharedData.Hostile, folder));
        Assert.Equal(count, files.Length);
        foreach (string file in files)
        {
            byte[] encoded = File.ReadAllBytes(file);
            DecodeOrRefuse(Decoder, encoded, file);
            DecodeOrRefuse(new ImageDecoder(new ImageLimits { MaxPixels = 100 }), encoded, file);
            DecodeOrRefuse(new ImageDecoder(new ImageLimits { MaxBytes = 50 }), encoded, file);
        }
    }

    [Theory, MemberData(nameof(ImageDecoderTests.Formats), MemberType = typeof(ImageDecoderTests))]
    public void ChangedBytesAreDecodedOrRefused(ImageFormat format)
    {
        using PixelBuffer picture = SomeImage.Reference(60, 44, 9);
        Mutate(SomeImage.Encode(format, picture.Pixels.ToArray(), 60, 44), rounds: 400, seed: (int)format);
    }

    [Theory]
    [InlineData(TiffCompression.Lzw)]
    [InlineData(TiffCompression.Deflate)]
    [InlineData(TiffCompression.PackBits)]
    [InlineData(TiffCompression.Jpeg)]
    [InlineData(TiffCompression.CcittGroup4Fax)]
    public void ChangedBytesOfCompressedTiffsAreDecodedOrRefused(TiffCompression compression)
    {
        using PixelBuffer picture = SomeImage.Reference(60, 44, 9);
        Mutate(
            SomeImage.CompressedTiff(picture.Pixels.ToArray(), 60, 44, compression),
            rounds: 400, seed: (int)compression);
    }

    [Fact]
    public void ChangedBytesOfRealPhotosAreDecodedOrRefused()
    {
        foreach (string file in Directory.GetFiles(Path.Combine(SharedData.ClockVsOther, "clock")).Order().Take(5))
        {
            Mutate(File.ReadAllBytes(file), rounds: 100, seed: file.Length);
        }
    }

    /// <summary>Overwrites, cuts out, repeats or cuts off; early bytes (headers) more often than late ones.</summary>
    private static void Mutate(byte[] original, int rounds, int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < rounds; round++)
        {
            List<byte> bytes = [.. original];
            for (int change = random.Next(1, 6); change > 0 && bytes.Count > 16; change--)
            {
                int at = (int)(Math.Pow(random.NextDouble(), 3) * bytes.Count);
                int length = Math.Min(random.Next(1, 9), bytes.Count - at);
                switch (random.Next(5))
                {
                    case 0: bytes[at] = (byte)random.Next(256); break;
                    case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                    case 2: bytes.RemoveRange(at, length); break;
                    case 3: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
                    default: bytes[at] = 0xFF; break;
                }
            }

            if (round % 7 == 0)
            {
                bytes.RemoveRange(bytes.Count / 2, bytes.Count / 2);
            }

            DecodeOrRefuse(Decoder, [.. bytes], $"seed {seed}, round {round}");
        }
    }

    private static void DecodeOrRefuse(ImageDecoder decoder, byte[] encoded, string what)
    {
        long start = TimeProvider.System.GetTimestamp();
        Exception? identify = Record.Exception(() => decoder.Identify(encoded));
        Exception? decode = Record.Exception(() => decoder.Decode(encoded, 100).Dispose());
        TimeSpan took = TimeProvider.System.GetElapsedTime(start);

        Assert.True(identify is null or ImageException, $"{what}: {identify}");
        Assert.True(decode is null or ImageException, $"{what}: {decode}");
        Assert.True(identify is null || decode is not null, $"{what}: decoded, but not identified: {identify}");
        Assert.True(took < Soon, $"{what}: took {took}");
    }
}
