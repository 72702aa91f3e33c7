using ClockFunctions.Core.Imaging;
using ClockFunctions.Tests.Support;
using SixLabors.ImageSharp.Formats.Tiff.Constants;
using SkiaSharp;

namespace ClockFunctions.Tests.Imaging;

public sealed class ImageDecoderTests
{
    /// <summary>
    /// Lossy formats blur where colours meet: colours are compared in the middle of flat areas, and may be off by rounding.
    /// </summary>
    private const int LossyLevels = 6;

    private static readonly ImageDecoder Decoder = new(new ImageLimits());

    public static TheoryData<ImageFormat> Formats => [.. SomeImage.Formats];

    public static TheoryData<ImageFormat, int> Orientations
    {
        get
        {
            TheoryData<ImageFormat, int> all = [];
            foreach (ImageFormat format in new[] { ImageFormat.Jpeg, ImageFormat.Png, ImageFormat.WebP, ImageFormat.Tiff })
            {
                for (int orientation = 1; orientation <= 8; orientation++)
                {
                    all.Add(format, orientation);
                }
            }

            return all;
        }
    }

    [Theory, MemberData(nameof(Formats))]
    public void EveryFormatGivesItsPixels(ImageFormat format)
    {
        byte[] encoded = SomeImage.Encode(format, SomeImage.Quarters(40, 24), 40, 24);

        using DecodedImage image = Decoder.Decode(encoded);

        Assert.Equal((format, 40, 24), (image.Format, image.Width, image.Height));
        Assert.Equal(new ImageHeader(format, 40, 24), Decoder.Identify(encoded));
        AssertColor(image, 8, 5, (230, 20, 20));
        AssertColor(image, 32, 5, (20, 200, 20));
        AssertColor(image, 8, 18, (20, 20, 220));
        AssertColor(image, 32, 18, (255, 255, 255));
    }

    [Theory, MemberData(nameof(Orientations))]
    public void EveryOrientationIsUndone(ImageFormat format, int orientation)
    {
        // Exif 2.32, tag 0x0112: which sides of the upright image the stored row 0 and the stored column 0 are.
        (string row0, string column0) = orientation switch
        {
            1 => ("top", "left"),
            2 => ("top", "right"),
            3 => ("bottom", "right"),
            4 => ("bottom", "left"),
            5 => ("left", "top"),
            6 => ("right", "top"),
            7 => ("right", "bottom"),
            _ => ("left", "bottom"),
        };

        using DecodedImage image = Decoder.Decode(SomeImage.Encode(format, SomeImage.Quarters(40, 24), 40, 24, orientation));

        Assert.Equal(orientation <= 4 ? (40, 24) : (24, 40), (image.Width, image.Height));
        Assert.Equal((image.Width, image.Height), (image.Pixels.Width, image.Pixels.Height));
        AssertCorner(image, row0, column0, (230, 20, 20));
        AssertCorner(image, row0, Opposite(column0), (20, 200, 20));
        AssertCorner(image, Opposite(row0), column0, (20, 20, 220));
    }

    [Fact]
    public void TransparencyIsLaidOntoWhite()
    {
        byte[] rgba = [.. Enumerable.Range(0, 64).SelectMany(i => new byte[] { 200, 100, 0, i < 32 ? (byte)0 : (byte)51 })];

        // 51 / 255 of the colour and the rest white: 0.2 · 200 + 0.8 · 255 = 244, and so on.
        foreach (byte[] encoded in new[] { SomeImage.Png(8, 8, 8, 6, rgba), SomeImage.TiffOf(rgba, 8, 8, 4, 8, SomeImage.Rgb) })
        {
            using DecodedImage image = Decoder.Decode(encoded);
            AssertColor(image, 3, 1, (255, 255, 255), 0);
            AssertColor(image, 3, 6, (244, 224, 204), 1);
        }
    }

    [Fact]
    public void GreyAndSixteenBitsBecomeRgb()
    {
        // 16 bits, big-endian: 0x8000 is 128 after scaling.
        byte[] grey16 = [.. Enumerable.Range(0, 64).SelectMany(_ => new byte[] { 0x80, 0x00 })];
        byte[] rgb16 = [.. Enumerable.Range(0, 64).SelectMany(_ => new byte[] { 0xC8, 0x00, 0x40, 0xFF, 0, 0 })];
        using DecodedImage png8 = Decoder.Decode(SomeImage.Png(8, 8, 8, 0, [.. Enumerable.Repeat((byte)77, 64)]));
        using DecodedImage png1 = Decoder.Decode(SomeImage.Png(8, 8, 1, 0, [.. Enumerable.Repeat((byte)0b10101010, 8)]));
        using DecodedImage png16 = Decoder.Decode(SomeImage.Png(8, 8, 16, 0, grey16));
        using DecodedImage color16 = Decoder.Decode(SomeImage.Png(8, 8, 16, 2, rgb16));
        byte[] grey = [.. Enumerable.Repeat((byte)77, 64)];
        using DecodedImage tiff8 = Decoder.Decode(SomeImage.TiffOf(grey, 8, 8, 1, 8, SomeImage.BlackIsZero));
        byte[] greyLittle16 = [.. Enumerable.Repeat((byte)0x80, 128)];
        using DecodedImage tiff16 = Decoder.Decode(SomeImage.TiffOf(greyLittle16, 8, 8, 1, 16, SomeImage.BlackIsZero));

        AssertColor(png8, 4, 4, (77, 77, 77), 0);
        AssertColor(png1, 4, 4, (255, 255, 255), 0);
        AssertColor(png1, 5, 4, (0, 0, 0), 0);
        AssertColor(png16, 4, 4, (128, 128, 128), 1);
        AssertColor(color16, 4, 4, (200, 65, 0), 1);
        AssertColor(tiff8, 4, 4, (77, 77, 77), 0);
        AssertColor(tiff16, 4, 4, (128, 128, 128), 1);
    }

    [Fact]
    public void CmykBecomesRgb()
    {
        // Without a profile: red = (255 − cyan) · (255 − black) / 255, and so on.
        using DecodedImage image = Decoder.Decode(SomeImage.CmykJpeg(0, 128, 255, 51));

        AssertColor(image, 4, 4, (204, 102, 0));
    }

    [Theory]
    [InlineData(TiffCompression.Lzw)]
    [InlineData(TiffCompression.Deflate)]
    [InlineData(TiffCompression.PackBits)]
    public void CompressedTiffsAreRead(TiffCompression compression)
    {
        byte[] rgb = SomeImage.Quarters(40, 24);

        using DecodedImage image = Decoder.Decode(SomeImage.CompressedTiff(rgb, 40, 24, compression));

        Assert.Equal(rgb, image.Pixels.Pixels);
    }

    [Theory]
    [InlineData(0, 800, 600)]
    [InlineData(601, 800, 600)]
    [InlineData(301, 800, 600)]
    [InlineData(300, 400, 300)]
    [InlineData(150, 200, 150)]
    [InlineData(75, 100, 75)]
    [InlineData(1, 100, 75)]
    public void ImagesAreShrunkByPowersOfTwoDownToTheMinimum(int minimumShortSide, int width, int height)
    {
        foreach (ImageFormat format in new[] { ImageFormat.Jpeg, ImageFormat.WebP, ImageFormat.Png, ImageFormat.Pbm })
        {
            byte[] encoded = SomeImage.Encode(format, SomeImage.Quarters(800, 600), 800, 600);

            using DecodedImage image = Decoder.Decode(encoded, minimumShortSide);

            Assert.Equal((800, 600), (image.Width, image.Height));
            Assert.Equal((width, height), (image.Pixels.Width, image.Pixels.Height));
            AssertColor(image, width / 4, height / 4, (230, 20, 20));
            AssertColor(image, width * 3 / 4, height * 3 / 4, (255, 255, 255));
        }
    }

    [Fact]
    public void AShrunkPixelIsTheMeanOfItsSquare()
    {
        // 5 × 3 pixels in squares of two: the last column and the last row are squares of what is left.
        byte[] grey = [10, 20, 30, 40, 50, 30, 40, 50, 61, 70, 0, 100, 200, 255, 9];
        byte[] rgb = [.. grey.SelectMany(level => new[] { level, level, level })];

        using DecodedImage image = Decoder.Decode(SomeImage.Encode(ImageFormat.Pbm, rgb, 5, 3), minimumShortSide: 2);

        Assert.Equal((3, 2), (image.Pixels.Width, image.Pixels.Height));
        byte[] reds = [.. Enumerable.Range(0, 6).Select(i => image.Pixels.Pixels[i * 3])];
        Assert.Equal([25, 45, 60, 50, 228, 9], reds);
    }

    [Fact]
    public void AProfileOfWiderColoursIsHonoured()
    {
        // Full red of Display P3 lies outside of sRGB, and its middle red is a stronger red there.
        using SKColorSpace wide = SKColorSpace.CreateRgb(SKColorSpaceTransferFn.Srgb, SKColorSpaceXyz.DisplayP3);
        using SKBitmap bitmap = new(new SKImageInfo(8, 8, SKColorType.Rgba8888, SKAlphaType.Opaque, wide));
        bitmap.GetPixelSpan().Fill(0xFF);
        for (int i = 0; i < 64; i++)
        {
            (bitmap.GetPixelSpan()[i * 4], bitmap.GetPixelSpan()[(i * 4) + 1], bitmap.GetPixelSpan()[(i * 4) + 2]) = (200, 100, 100);
        }

        foreach (SKEncodedImageFormat format in new[] { SKEncodedImageFormat.Png, SKEncodedImageFormat.Webp })
        {
            using SKData encoded = bitmap.Encode(format, 100);
            using DecodedImage image = Decoder.Decode(encoded.ToArray());
            AssertColor(image, 4, 4, (213, 96, 97), 3);
        }
    }

    [Theory]
    [InlineData(' ')]
    [InlineData('\n')]
    [InlineData('\t')]
    [InlineData('#')]
    public void ABinaryPixelThatLooksLikeASpaceIsAPixel(char first)
    {
        byte[] rgb = [(byte)first, 7, 9, 200, 100, 50, 33, 66, 99, 1, 2, 3];

        using DecodedImage image = Decoder.Decode(SomeImage.Encode(ImageFormat.Pbm, rgb, 2, 2));

        Assert.InRange(image.Pixels.Pixels[0], first - 1, first + 1);
        Assert.Equal(rgb.AsSpan(1), image.Pixels.Pixels[1..]);
    }

    [Fact]
    public void TextAndBitNetpbmsAreRead()
    {
        using DecodedImage text = Decoder.Decode("P3 # three numbers a pixel\n2 1 255\n255 0 0  0 128 255"u8.ToArray());
        byte[] row = [.. "P4\n8 1\n"u8, 0b10100000];
        using DecodedImage bits = Decoder.Decode(row);

        AssertColor(text, 0, 0, (255, 0, 0), 0);
        AssertColor(text, 1, 0, (0, 128, 255), 0);
        AssertColor(bits, 0, 0, (0, 0, 0), 0);
        AssertColor(bits, 1, 0, (255, 255, 255), 0);
        AssertColor(bits, 2, 0, (0, 0, 0), 0);
    }

    [Fact]
    public void TiffsInInksOrInTilesAreRefusedByName()
    {
        byte[] inks = SomeImage.TiffOf(new byte[64 * 4], 8, 8, 4, 8, SomeImage.Separated);
        byte[] tiles = SomeImage.TiffOf(new byte[64], 8, 8, 1, 8, SomeImage.BlackIsZero);
        byte[] rowsPerStripEntry = [0x16, 0x01, 4, 0];
        int rowsPerStrip = tiles.AsSpan().LastIndexOf(rowsPerStripEntry); // tag 278
        tiles[rowsPerStrip] = 0x42; // tag 322, the width of a tile

        Assert.Equal("The TIFF data is damaged, cut off or of a kind that is not read.", Refusal(inks));
        Assert.Equal("TIFF images in tiles are not read.", Refusal(tiles));
    }

    [Theory]
    [InlineData("")]
    [InlineData("GIF88a")]
    [InlineData("%PDF-1.7")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>")]
    [InlineData("\0\0\u0001\0\u0001\0")] // an icon, which Skia alone would open
    public void AnythingElseIsAnUnknownFormat(string content)
    {
        byte[] bytes = [.. content.Select(c => (byte)c)];
        string message = content.Length == 0
            ? "The image is empty."
            : "The bytes are not a JPEG, PNG, WebP, GIF, BMP, TIFF, TGA or PBM image.";

        Assert.Equal(message, Assert.Throws<UnknownImageFormatException>(() => Decoder.Decode(bytes)).Message);
        Assert.Equal(message, Assert.Throws<UnknownImageFormatException>(() => Decoder.Identify(bytes)).Message);
    }

    [Theory, MemberData(nameof(Formats))]
    public void TooManyBytesAreRefused(ImageFormat format)
    {
        byte[] encoded = SomeImage.Encode(format, SomeImage.Quarters(40, 24), 40, 24);
        ImageDecoder strict = new(new ImageLimits { MaxBytes = encoded.Length - 1 });
        string message = $"The image has {encoded.Length} bytes; the limit is {encoded.Length - 1}.";

        Assert.Equal(message, Assert.Throws<ImageTooLargeException>(() => strict.Decode(encoded)).Message);
        Assert.Equal(message, Assert.Throws<ImageTooLargeException>(() => strict.Identify(encoded)).Message);
        new ImageDecoder(new ImageLimits { MaxBytes = encoded.Length }).Decode(encoded).Dispose();
    }

    [Theory, MemberData(nameof(Formats))]
    public void TooManyPixelsAreRefused(ImageFormat format)
    {
        byte[] encoded = SomeImage.Encode(format, SomeImage.Quarters(40, 24), 40, 24);
        ImageDecoder strict = new(new ImageLimits { MaxPixels = 959 });

        Assert.Equal(
            "The image has 40x24 pixels; the limit is 959.", Assert.Throws<ImageTooLargeException>(() => strict.Decode(encoded)).Message);
        Assert.Equal(
            "The image has 40x24 pixels; the limit is 959.", Assert.Throws<ImageTooLargeException>(() => strict.Identify(encoded)).Message);
        new ImageDecoder(new ImageLimits { MaxPixels = 960 }).Decode(encoded).Dispose();
    }

    [Fact]
    public void AHugeSizeInAHeaderCostsNothing()
    {
        // 50,000 × 50,000 pixels in a file of a hundred bytes: refused by its header, without memory for its pixels.
        byte[] png = SomeImage.Png(8, 8, 8, 0, new byte[64]);
        byte[] bomb = SomeImage.Png(50_000, 50_000, 8, 0, new byte[50_000]);
        Decoder.Decode(png).Dispose();
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<ImageTooLargeException>(() => Decoder.Decode(bomb));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Theory, MemberData(nameof(Formats))]
    public void ACutImageIsRefusedAtEveryLength(ImageFormat format)
    {
        byte[] encoded = SomeImage.Encode(format, SomeImage.Reference(64, 48, 7).Pixels.ToArray(), 64, 48);

        // The last bytes of some formats are no pixels (an end marker, a directory before the data): from 90 % down all must fail.
        for (int length = encoded.Length * 9 / 10; length > 0; length -= Math.Max(1, encoded.Length / 40))
        {
            ImageException e = Assert.ThrowsAny<ImageException>(() => Decoder.Decode(encoded.AsMemory(0, length)));
            Assert.IsNotType<ImageTooLargeException>(e);
        }
    }

    [Fact]
    public void RefusalsSayWhatIsWrong()
    {
        byte[] jpeg = SomeImage.Encode(ImageFormat.Jpeg, SomeImage.Quarters(64, 48), 64, 48);
        byte[] tiff = SomeImage.Encode(ImageFormat.Tiff, SomeImage.Quarters(64, 48), 64, 48);

        Assert.Equal("The JPEG data ends before the image is complete.", Message(jpeg.AsMemory(0, jpeg.Length - 60)));
        Assert.Equal("The JPEG header is damaged or of a kind that is not read.", Message(jpeg.AsMemory(0, 20)));
        Assert.Equal("The TIFF header is damaged or of a kind that is not read.", Message(tiff.AsMemory(0, 20)));
        Assert.Equal("The TIFF header is damaged or of a kind that is not read.", Message("II*\0"u8.ToArray()));

        static string Message(ReadOnlyMemory<byte> encoded) => Refusal(encoded);
    }

    [Fact]
    public void OnlyTheFirstBytesOfAWindowAreRead()
    {
        // A memory slice, as the HTTP endpoint hands in, not a whole array.
        byte[] tiff = SomeImage.Encode(ImageFormat.Tiff, SomeImage.Quarters(40, 24), 40, 24);
        byte[] padded = [1, 2, 3, .. tiff, 4, 5];

        using DecodedImage image = Decoder.Decode(padded.AsMemory(3, tiff.Length));

        AssertColor(image, 8, 5, (230, 20, 20));
    }

    [Fact]
    public void ScoringAPhotoAllocatesAlmostNothing()
    {
        byte[] encoded = SomeImage.Encode(ImageFormat.Jpeg, SomeImage.Quarters(300, 200), 300, 200);
        for (int i = 0; i < 10; i++)
        {
            Decoder.Decode(encoded).Dispose();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Decoder.Decode(encoded).Dispose();

        // Wrappers of native handles; the pixels (180,000 bytes) are rented. Measured 288.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000);
    }

    [Fact]
    public void ARealPhotoDecodesInFullAndShrunk()
    {
        byte[] encoded = File.ReadAllBytes(SharedData.LargePhoto);

        using DecodedImage full = Decoder.Decode(encoded);
        using DecodedImage shrunk = Decoder.Decode(encoded, 448);

        Assert.Equal((2725, 2225), (full.Pixels.Width, full.Pixels.Height));
        Assert.Equal((2725, 2225), (shrunk.Width, shrunk.Height));
        Assert.Equal((682, 557), (shrunk.Pixels.Width, shrunk.Pixels.Height));
    }

    private static string Refusal(ReadOnlyMemory<byte> encoded) =>
        Assert.Throws<InvalidImageContentException>(() => Decoder.Decode(encoded)).Message;

    private static string Opposite(string side) => side switch
    {
        "top" => "bottom",
        "bottom" => "top",
        "left" => "right",
        _ => "left",
    };

    private static void AssertCorner(DecodedImage image, string side, string otherSide, (int, int, int) color)
    {
        bool right = side == "right" || otherSide == "right";
        bool bottom = side == "bottom" || otherSide == "bottom";
        AssertColor(image, right ? image.Width - 5 : 4, bottom ? image.Height - 5 : 4, color);
    }

    private static void AssertColor(DecodedImage image, int x, int y, (int Red, int Green, int Blue) expected, int within = LossyLevels)
    {
        ReadOnlySpan<byte> pixel = image.Pixels.Pixels.Slice(((y * image.Pixels.Width) + x) * 3, 3);
        Assert.InRange(pixel[0], expected.Red - within, expected.Red + within);
        Assert.InRange(pixel[1], expected.Green - within, expected.Green + within);
        Assert.InRange(pixel[2], expected.Blue - within, expected.Blue + within);
    }
}
