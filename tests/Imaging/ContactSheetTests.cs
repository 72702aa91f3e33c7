using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Tests.Imaging;

public sealed class ContactSheetTests
{
    private static readonly ImageDecoder Decoder = new(new ImageLimits());

    [Fact]
    public void PicturesStandInAGridFramedInTheirColor()
    {
        byte[] picture = SomeImage.Encode(ImageFormat.Png, SomeImage.Paint(50, 50, (_, _) => (10, 20, 30)), 50, 50);

        byte[] png = ContactSheet.Png([.. Enumerable.Repeat(new SheetTile(picture, "", 0xFF8000), 5)], columns: 3, side: 50);

        // Margins of 12, tiles of 50 + 2 · 4 with 12 between; rows have 22 more for captions.
        using DecodedImage sheet = Decoder.Decode(png);
        Assert.Equal((ImageFormat.Png, (2 * 12) + (3 * 70) - 12, (2 * 12) + (2 * 92) - 12), (sheet.Format, sheet.Width, sheet.Height));
        Assert.Equal((10, 20, 30), Pixel(sheet, 12 + 70 + 4 + 25, 12 + 92 + 4 + 25));
        Assert.Equal((255, 128, 0), Pixel(sheet, 12 + 70 + 2, 12 + 92 + 4 + 25));
        Assert.Equal((250, 250, 250), Pixel(sheet, 12 + 140 + 4 + 25, 12 + 92 + 4 + 25)); // the sixth place is empty
    }

    [Fact]
    public void CaptionsAreInkOnPaperEvenWithoutFontsOnTheMachine()
    {
        byte[] picture = SomeImage.Encode(ImageFormat.Png, SomeImage.Paint(50, 50, (_, _) => (250, 250, 250)), 50, 50);

        using DecodedImage without = Decoder.Decode(ContactSheet.Png([new SheetTile(picture, "")], 1, 50));
        using DecodedImage with = Decoder.Decode(ContactSheet.Png([new SheetTile(picture, "clock 12")], 1, 50));

        Assert.Equal(0, Dark(without));
        Assert.InRange(Dark(with), 30, 300);
    }

    [Fact]
    public void ALongCaptionIsCutToItsPicture()
    {
        byte[] picture = SomeImage.Encode(ImageFormat.Png, SomeImage.Paint(50, 50, (_, _) => (250, 250, 250)), 50, 50);

        using DecodedImage sheet = Decoder.Decode(ContactSheet.Png([new SheetTile(picture, new string('m', 200))], 1, 50));

        for (int y = 0; y < sheet.Height; y++)
        {
            Assert.Equal((250, 250, 250), Pixel(sheet, 12 + 4 + 50 + 2, y));
        }
    }

    [Fact]
    public void AThumbnailFitsItsSquareAndIsUpright()
    {
        byte[] encoded = SomeImage.Encode(ImageFormat.Jpeg, SomeImage.Quarters(600, 300), 600, 300, orientation: 6);

        using DecodedImage thumbnail = Decoder.Decode(Thumbnails.Jpeg(Decoder, encoded, 100));

        // Turned by a quarter, clockwise: the stored top left comes to the top right.
        Assert.Equal((ImageFormat.Jpeg, 50, 100), (thumbnail.Format, thumbnail.Width, thumbnail.Height));
        (int red, int green, int blue) = Pixel(thumbnail, 40, 10);
        Assert.True(red > 200 && green < 60 && blue < 60);
    }

    [Fact]
    public void ASmallImageKeepsItsSizeAsAThumbnail()
    {
        byte[] encoded = SomeImage.Encode(ImageFormat.Bmp, SomeImage.Quarters(30, 20), 30, 20);

        Assert.Equal(new ImageHeader(ImageFormat.Jpeg, 30, 20), Decoder.Identify(Thumbnails.Jpeg(Decoder, encoded, 100)));
    }

    [Fact]
    public void AThumbnailOfNoImageIsRefused() =>
        Assert.Throws<UnknownImageFormatException>(() => Thumbnails.Jpeg(Decoder, new byte[10], 100));

    [Theory]
    [InlineData(TensorLayout.Nchw, ColorOrder.Rgb)]
    [InlineData(TensorLayout.Nhwc, ColorOrder.Bgr)]
    public void WhatTheBackboneSeesCanBeShown(TensorLayout layout, ColorOrder order)
    {
        InputSpec input = new() { Name = "input", Layout = layout, ColorOrder = order, Width = 40, Height = 24 };
        byte[] rgb = SomeImage.Quarters(40, 24);
        using DecodedImage image = Decoder.Decode(SomeImage.Encode(ImageFormat.Png, rgb, 40, 24));
        float[] tensor = new float[3 * 40 * 24];
        new Preprocessor(input, Pipeline.Resize).Write(image.Pixels, tensor);

        using PixelBuffer seen = TensorPicture.Of(tensor, input, 24, 40);

        Assert.Equal(rgb, seen.Pixels.ToArray());
        Assert.Equal(new ImageHeader(ImageFormat.Png, 40, 24), Decoder.Identify(Thumbnails.Png(seen)));
    }

    private static int Dark(DecodedImage sheet) =>
        Enumerable.Range(0, sheet.Width * sheet.Height).Count(i => Pixel(sheet, i % sheet.Width, i / sheet.Width).Red < 128);

    private static (int Red, int Green, int Blue) Pixel(DecodedImage image, int x, int y)
    {
        ReadOnlySpan<byte> pixel = image.Pixels.Pixels.Slice(((y * image.Width) + x) * 3, 3);
        return (pixel[0], pixel[1], pixel[2]);
    }
}
