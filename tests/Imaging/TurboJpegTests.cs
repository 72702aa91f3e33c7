using System.Runtime.InteropServices;
using ClockFunctions.Core.Imaging;
using SkiaSharp;

namespace ClockFunctions.Tests.Imaging;

/// <summary>The system's libjpeg-turbo, where there is one, changes the time and nothing else.</summary>
public sealed class TurboJpegTests
{
    public TurboJpegTests() => Assert.SkipUnless(TurboJpeg.IsAvailable, "libturbojpeg0 is not installed");

    [Theory]
    [InlineData(1, 1, SKJpegEncoderDownsample.Downsample420)]
    [InlineData(17, 33, SKJpegEncoderDownsample.Downsample420)]
    [InlineData(300, 225, SKJpegEncoderDownsample.Downsample420)]
    [InlineData(301, 227, SKJpegEncoderDownsample.Downsample422)]
    [InlineData(301, 227, SKJpegEncoderDownsample.Downsample444)]
    public void PixelsAreSkias(int width, int height, SKJpegEncoderDownsample chroma)
    {
        byte[] jpeg = Encode(width, height, SKColorType.Rgba8888, chroma);

        foreach (int reduction in new[] { 1, 2, 4, 8 })
        {
            Assert.Equal(Skia(jpeg, reduction), Turbo(jpeg, reduction));
        }
    }

    [Fact]
    public void GreyPixelsAreSkias()
    {
        byte[] jpeg = Encode(50, 31, SKColorType.Gray8, SKJpegEncoderDownsample.Downsample444);

        Assert.Equal(Skia(jpeg, 1), Turbo(jpeg, 1));
    }

    [Fact]
    public void DamagedDataIsLeftToSkia()
    {
        byte[] jpeg = Encode(300, 225, SKColorType.Rgba8888, SKJpegEncoderDownsample.Downsample420);

        Assert.Null(Turbo(jpeg[..(jpeg.Length / 2)], 1));
    }

    [Fact]
    public void AColourProfileIsLeftToSkia()
    {
        byte[] jpeg = Encode(
            40, 24, SKColorType.Rgba8888, SKJpegEncoderDownsample.Downsample420,
            SKColorSpace.CreateRgb(SKColorSpaceTransferFn.Srgb, SKColorSpaceXyz.DisplayP3));

        Assert.Null(Turbo(jpeg, 1));
    }

    private static byte[] Encode(int width, int height, SKColorType type, SKJpegEncoderDownsample chroma, SKColorSpace? colors = null)
    {
        using SKBitmap bitmap = new(new SKImageInfo(width, height, type, SKAlphaType.Opaque, colors));
        Random random = new(7);
        for (int i = 0; i < width * height; i++)
        {
            bitmap.SetPixel(
                i % width, i / width,
                new SKColor((byte)random.Next(256), (byte)(i % width * 255 / width), (byte)(i / width * 255 / height)));
        }

        using SKPixmap pixels = bitmap.PeekPixels();
        using SKData encoded = pixels.Encode(new SKJpegEncoderOptions(90, chroma, SKJpegEncoderAlphaOption.Ignore))!;
        return encoded.ToArray();
    }

    private static byte[] Skia(byte[] jpeg, int reduction) => Decode(jpeg, reduction, (codec, size, _, pixels) =>
        codec.GetPixels(
            new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), pixels) == SKCodecResult.Success)!;

    private static byte[]? Turbo(byte[] jpeg, int reduction) => Decode(jpeg, reduction, (codec, size, data, pixels) =>
        TurboJpeg.TryDecode(data.Data, (int)data.Size, codec.Info, size, pixels));

    private static byte[]? Decode(byte[] jpeg, int reduction, Func<SKCodec, SKSizeI, SKData, nint, bool> decode)
    {
        using SKData data = SKData.CreateCopy(jpeg);
        using SKCodec codec = SKCodec.Create(data);
        SKSizeI size = codec.GetScaledDimensions(1f / reduction);
        byte[] rgba = new byte[size.Width * size.Height * 4];
        GCHandle pin = GCHandle.Alloc(rgba, GCHandleType.Pinned);
        try
        {
            return decode(codec, size, data, pin.AddrOfPinnedObject()) ? rgba : null;
        }
        finally
        {
            pin.Free();
        }
    }
}
